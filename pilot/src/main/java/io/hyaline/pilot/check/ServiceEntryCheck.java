package io.hyaline.pilot.check;

import io.hyaline.model.Protocol;
import io.hyaline.objects.istio.Port;
import io.hyaline.objects.istio.ServiceEntrySpec;
import io.hyaline.objects.istio.ServiceEntrySpec.Resolution;
import io.hyaline.objects.istio.WorkloadEntrySpec;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** ServiceEntries. */
final class ServiceEntryCheck {
    private final Faults faults;

    ServiceEntryCheck(Faults faults) {
        this.faults = faults;
    }

    void check(ServiceEntrySpec spec) {
        if (spec.hosts().isEmpty()) {
            faults.error("spec.hosts", "service entry must have at least one host");
        }
        for (int i = 0; i < spec.hosts().size(); i++) {
            String host = spec.hosts().get(i);
            String path = "spec.hosts[" + i + "]";
            faults.form(path, host.isEmpty() ? "*" : host, Syntax::destination);
            if (!host.contains(".")) {
                faults.warn(path, "\"" + host + "\" is a short name; clients that ask by a full name do not find it");
            }
        }
        for (int i = 0; i < spec.addresses().size(); i++) {
            faults.form("spec.addresses[" + i + "]", spec.addresses().get(i), Syntax::subnet);
        }
        if (spec.workloadSelector() != null && !spec.endpoints().isEmpty()) {
            faults.error(
                    "spec.workloadSelector", "only one of WorkloadSelector or Endpoints is allowed in Service Entry");
        }
        ports(spec);
        resolution(spec);
        endpoints(spec);
        faults.exportTo("spec.exportTo", spec.exportTo());
        if (!spec.subjectAltNames().isEmpty()) {
            faults.error("spec.subjectAltNames", "not supported; say them in a DestinationRule's tls.subjectAltNames");
        }
    }

    private void ports(ServiceEntrySpec spec) {
        if (spec.ports().isEmpty()) {
            faults.error("spec.ports", "service entry must have at least one port");
        }
        Set<String> names = new HashSet<>();
        Set<Integer> numbers = new HashSet<>();
        boolean tcp = false;
        for (int i = 0; i < spec.ports().size(); i++) {
            Port port = spec.ports().get(i);
            String path = "spec.ports[" + i + "]";
            faults.port(path + ".number", port.number());
            faults.portOrNone(path + ".targetPort", port.targetPort());
            if (port.name().isEmpty()) {
                faults.error(path + ".name", "port name is required");
            } else if (!names.add(port.name())) {
                faults.error(path + ".name", "service entry port name \"" + port.name() + "\" already defined");
            }
            if (!numbers.add(port.number())) {
                faults.error(path + ".number", "service entry port " + port.number() + " already defined");
            }
            Protocol protocol = Protocol.select("TCP", "", port.protocol(), 0);
            boolean udp = port.protocol().equalsIgnoreCase("UDP");
            if (!port.protocol().isEmpty() && protocol == Protocol.AUTO && !udp) {
                faults.error(path + ".protocol", "unsupported protocol: \"" + port.protocol() + "\"");
            }
            tcp |= protocol == Protocol.TCP || protocol == Protocol.AUTO;
        }
        if (tcp && spec.addresses().isEmpty() && spec.hosts().size() > 1) {
            faults.warn(
                    "spec.addresses",
                    "addresses are required for ports serving TCP (or unset) protocol: connections to"
                            + " several hosts on one port are told apart by them");
        }
    }

    private void resolution(ServiceEntrySpec spec) {
        boolean none = spec.resolution() == null || spec.resolution() == Resolution.NONE;
        if (none && !spec.endpoints().isEmpty()) {
            faults.error("spec.endpoints", "no endpoints should be provided for resolution type none");
        }
        if (spec.resolution() == Resolution.STATIC && spec.endpoints().isEmpty() && spec.workloadSelector() == null) {
            faults.warn(
                    "spec.endpoints", "endpoints or workloadSelector are needed for resolution STATIC: nobody answers");
        }
        if (spec.resolution() == Resolution.DYNAMIC_DNS) {
            faults.error("spec.resolution", "DYNAMIC_DNS is not supported; use DNS or NONE");
        }
        boolean byName = spec.resolution() == Resolution.DNS || spec.resolution() == Resolution.DNS_ROUND_ROBIN;
        if (byName && spec.endpoints().isEmpty()) {
            spec.hosts().stream()
                    .filter(host -> host.startsWith("*"))
                    .forEach(host -> faults.error(
                            "spec.hosts",
                            "hosts must be FQDN if no endpoints are provided for resolution mode " + spec.resolution()
                                    + ": " + host));
        }
    }

    private void endpoints(ServiceEntrySpec spec) {
        Set<String> names = spec.ports().stream().map(Port::name).collect(Collectors.toSet());
        boolean byAddress = spec.resolution() == Resolution.STATIC;
        for (int i = 0; i < spec.endpoints().size(); i++) {
            WorkloadEntrySpec endpoint = spec.endpoints().get(i);
            String path = "spec.endpoints[" + i + "]";
            if (endpoint.address().isEmpty()) {
                faults.error(path + ".address", "endpoint must have an address");
            } else if (byAddress && !Syntax.isAddress(endpoint.address())) {
                faults.error(
                        path + ".address",
                        "\"" + endpoint.address() + "\" is not an IP address; names need resolution DNS");
            } else {
                faults.form(path + ".address", endpoint.address(), Syntax::destination);
            }
            endpoint.ports().forEach((name, number) -> {
                if (!names.contains(name)) {
                    faults.error(path + ".ports", "endpoint port " + name + " is not defined by the service entry");
                }
                faults.port(path + ".ports." + name, number);
            });
            faults.labels(path + ".labels", endpoint.labels());
            faults.notNegative(path + ".weight", endpoint.weight());
        }
    }
}
