package io.hyaline.capture.plan;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of istio-iptables, sorted by option; the last of a repeated option wins, as in Istio. */
final class Arguments {

    private final Map<Option, String> values;

    private Arguments(Map<Option, String> values) {
        this.values = values;
    }

    static Arguments parse(List<String> arguments, Map<String, String> environment) {
        Map<Option, String> values = new EnumMap<>(Option.class);
        for (Option option : Option.values()) {
            String value = option.variable == null ? null : environment.get(option.variable);
            if (value != null) {
                values.put(option, value);
            }
        }
        int start = !arguments.isEmpty() && arguments.getFirst().endsWith("istio-iptables") ? 1 : 0;
        for (int i = start; i < arguments.size(); i++) {
            i += take(arguments, i, values);
        }
        return new Arguments(values);
    }

    /** Reads the option at {@code i}; returns how many further arguments it used. */
    private static int take(List<String> arguments, int i, Map<Option, String> values) {
        String argument = arguments.get(i);
        int equals = argument.indexOf('=');
        String name = equals < 0 ? argument : argument.substring(0, equals);
        Option option = Option.byName(name);
        if (option == null) {
            throw new PlanException(name, "", "is not an option of istio-iptables");
        }
        if (equals >= 0) {
            values.put(option, argument.substring(equals + 1));
            return 0;
        }
        if (option.flag) {
            values.put(option, "true");
            return 0;
        }
        if (i + 1 == arguments.size()) {
            throw new PlanException(name, "", "needs a value");
        }
        values.put(option, arguments.get(i + 1));
        return 1;
    }

    /** The value as given, or {@code absent} when the option was not given or is empty. */
    String text(Option option, String absent) {
        String value = values.get(option);
        return value == null || value.isBlank() ? absent : value.trim();
    }

    /** True for an option that was given with nothing in it. */
    boolean isEmptyText(Option option) {
        String value = values.get(option);
        return value != null && value.isBlank();
    }

    boolean flag(Option option) {
        String value = text(option, "false");
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new PlanException(option.label(), value, "must be true or false");
        };
    }

    /** Every option that reaches the rules, and those that Istio has and nftables or the node makes needless. */
    enum Option {
        OUTBOUND_PORT("-p", "--envoy-port", null, false),
        INBOUND_PORT("-z", "--inbound-capture-port", null, false),
        TUNNEL_PORT("-e", "--inbound-tunnel-port", null, false),
        UID("-u", "--proxy-uid", null, false),
        GID("-g", "--proxy-gid", null, false),
        MODE("-m", "--istio-inbound-interception-mode", "ISTIO_INBOUND_INTERCEPTION_MODE", false),
        INBOUND_PORTS("-b", "--istio-inbound-ports", "ISTIO_INBOUND_PORTS", false),
        INBOUND_EXCLUDED("-d", "--istio-local-exclude-ports", "ISTIO_LOCAL_EXCLUDE_PORTS", false),
        RANGES("-i", "--istio-service-cidr", "ISTIO_SERVICE_CIDR", false),
        RANGES_EXCLUDED("-x", "--istio-service-exclude-cidr", "ISTIO_SERVICE_EXCLUDE_CIDR", false),
        OUTBOUND_PORTS("-q", "--istio-outbound-ports", "ISTIO_OUTBOUND_PORTS", false),
        OUTBOUND_EXCLUDED("-o", "--istio-local-outbound-ports-exclude", "ISTIO_LOCAL_OUTBOUND_PORTS_EXCLUDE", false),
        AS_OUTBOUND("-k", "--kube-virt-interfaces", null, false),
        UNTOUCHED("-c", "--istio-exclude-interfaces", null, false),
        TPROXY_MARK("-t", "--istio-inbound-tproxy-mark", "ISTIO_INBOUND_TPROXY_MARK", false),
        TPROXY_TABLE("-r", "--istio-inbound-tproxy-route-table", "ISTIO_INBOUND_TPROXY_ROUTE_TABLE", false),
        DNS(null, "--redirect-dns", "ISTIO_META_DNS_CAPTURE", true),
        ALL_DNS(null, "--capture-all-dns", null, true),
        DROP_INVALID(null, "--drop-invalid", "INVALID_DROP", true),
        DUAL_STACK(null, "--dual-stack", "ISTIO_DUAL_STACK", true),
        PROBE_PORT(null, "--iptables-probe-port", null, false),
        PROBE_TIMEOUT(null, "--probe-timeout", null, false),
        LOOPBACK(null, "--outbound-ipv4-loopback-cidr", "ISTIO_OUTBOUND_IPV4_LOOPBACK_CIDR", false),
        GROUPS(null, "--outbound-owner-groups", "ISTIO_OUTBOUND_OWNER_GROUPS", false),
        GROUPS_EXCLUDED(null, "--outbound-owner-groups-exclude", "ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE", false),
        PROFILE(null, "--profile", null, false),
        DRY_RUN("-n", "--dry-run", "DRY_RUN", true),
        VALIDATE(null, "--run-validation", null, true),
        SKIP_APPLY(null, "--skip-rule-apply", null, true),
        CLEANUP_ONLY(null, "--cleanup-only", null, true),
        RECONCILE(null, "--reconcile", null, true),
        FORCE_APPLY(null, "--force-apply", null, true),
        NATIVE_NFTABLES(null, "--native-nftables", null, true),
        CNI_MODE(null, "--cni-mode", null, true),
        BINARY(null, "--force-iptables-binary", null, false),
        NETWORK_NAMESPACE(null, "--network-namespace", null, false),
        LOG_LEVEL(null, "--log_output_level", null, false),
        LOG_JSON(null, "--log_as_json", null, true);

        private final @Nullable String letter;
        private final String name;
        private final @Nullable String variable;
        private final boolean flag;

        Option(@Nullable String letter, String name, @Nullable String variable, boolean flag) {
            this.letter = letter;
            this.name = name;
            this.variable = variable;
            this.flag = flag;
        }

        static @Nullable Option byName(String text) {
            for (Option option : values()) {
                if (option.name.equals(text) || text.equals(option.letter)) {
                    return option;
                }
            }
            return null;
        }

        /** As a person finds it in an error message. */
        String label() {
            return letter == null ? name : letter + " (" + name + ")";
        }
    }
}
