package io.hyaline.pilot.analyze;

import java.util.Locale;

/** What can be amiss, as {@code istioctl analyze} numbers and calls it. */
public enum Code {
    REFERENCED_RESOURCE_NOT_FOUND("IST0101", "ReferencedResourceNotFound", Level.ERROR),
    GATEWAY_PORT_NOT_ON_WORKLOAD("IST0104", "GatewayPortNotOnWorkload", Level.WARNING),
    SCHEMA_VALIDATION_ERROR("IST0106", "SchemaValidationError", Level.ERROR),
    CONFLICTING_MESH_HOSTS("IST0109", "ConflictingMeshGatewayVirtualServiceHosts", Level.ERROR),
    PORT_SELECTOR_REQUIRED("IST0112", "VirtualServiceDestinationPortSelectorRequired", Level.ERROR),
    HOST_NOT_IN_GATEWAY("IST0132", "VirtualServiceHostNotFoundInGateway", Level.WARNING),
    CONFLICTING_GATEWAYS("IST0145", "ConflictingGateways", Level.ERROR),
    INVALID_CREDENTIAL("IST0161", "InvalidGatewayCredential", Level.ERROR),
    GATEWAY_PORT_NOT_ON_SERVICE("IST0162", "GatewayPortNotDefinedOnService", Level.WARNING),
    UNKNOWN_RULE_HOST("IST0174", "UnknownDestinationRuleHost", Level.WARNING);

    public enum Level {
        ERROR,
        WARNING
    }

    private final String number;
    private final String title;
    private final Level level;

    Code(String number, String title, Level level) {
        this.number = number;
        this.title = title;
        this.level = level;
    }

    public String number() {
        return number;
    }

    public String title() {
        return title;
    }

    public Level level() {
        return level;
    }

    public String documentation() {
        return "https://istio.io/latest/docs/reference/config/analysis/" + number.toLowerCase(Locale.ROOT) + "/";
    }
}
