package io.hyaline.pilot.check;

import io.hyaline.objects.istio.VirtualServiceSpec;
import io.hyaline.objects.istio.VirtualServiceSpec.Destination;
import io.hyaline.objects.istio.VirtualServiceSpec.RouteDestination;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** VirtualServices, but for their HTTP routes: {@link HttpRouteCheck}. */
final class VirtualServiceCheck {
    private static final String MESH = "mesh";

    private final Faults faults;

    VirtualServiceCheck(Faults faults) {
        this.faults = faults;
    }

    void check(VirtualServiceSpec spec) {
        if (spec.hosts().isEmpty()) {
            delegate(spec);
        }
        hosts(spec);
        gateways(spec.gateways(), "spec.gateways");
        if (spec.http().isEmpty() && spec.tls().isEmpty() && spec.tcp().isEmpty()) {
            faults.error("spec", "http, tcp or tls must be provided in virtual service");
        }
        HttpRouteCheck http = new HttpRouteCheck(faults, this);
        for (int i = 0; i < spec.http().size(); i++) {
            http.check(spec.http().get(i), "spec.http[" + i + "]");
        }
        Unreachable.warn(spec.http(), faults);
        for (int i = 0; i < spec.tls().size(); i++) {
            tls(spec.tls().get(i), spec.hosts(), "spec.tls[" + i + "]");
        }
        for (int i = 0; i < spec.tcp().size(); i++) {
            tcp(spec.tcp().get(i), "spec.tcp[" + i + "]");
        }
        faults.exportTo("spec.exportTo", spec.exportTo());
    }

    private void delegate(VirtualServiceSpec spec) {
        if (!spec.gateways().isEmpty()) {
            faults.error(
                    "spec.hosts",
                    "virtual service must have at least one host; without, it is one that others"
                            + " delegate to, and has no gateways");
        }
        if (!spec.tls().isEmpty() || !spec.tcp().isEmpty()) {
            faults.error(
                    "spec",
                    "delegate virtual service cannot have tls or tcp routes; give it a host, or leave them out");
        }
    }

    private void hosts(VirtualServiceSpec spec) {
        boolean mesh = spec.gateways().isEmpty() || spec.gateways().contains(MESH);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < spec.hosts().size(); i++) {
            String host = spec.hosts().get(i);
            String path = "spec.hosts[" + i + "]";
            if (host.isEmpty()) {
                faults.error(path, "an empty host matches nothing");
            }
            faults.form(path, host, Syntax::host);
            if (!seen.add(host)) {
                faults.error(path, "duplicate hosts in virtual service: " + host);
            }
            if (mesh && host.equals("*")) {
                faults.error(
                        path,
                        "wildcard host * is not allowed for virtual services bound to the mesh gateway; name"
                                + " gateways, or hosts");
            }
        }
    }

    void gateways(List<String> gateways, String path) {
        for (int i = 0; i < gateways.size(); i++) {
            String name = gateways.get(i);
            int slash = name.indexOf('/');
            boolean empty = name.isEmpty() || slash == 0 || slash == name.length() - 1;
            if (empty) {
                faults.error(
                        path + "[" + i + "]", "config namespace and gateway name cannot be empty: \"" + name + "\"");
            } else {
                faults.form(path + "[" + i + "]", name.substring(slash + 1), Syntax::destination);
                faults.form(path + "[" + i + "]", slash < 0 ? "" : name.substring(0, slash), Syntax::label);
            }
        }
    }

    void destination(@Nullable Destination destination, String path) {
        if (destination == null || destination.host().isEmpty()) {
            faults.error(path, "destination must have a host");
            return;
        }
        faults.form(path + ".host", destination.host(), Syntax::destination);
        faults.form(path + ".subset", destination.subset(), Syntax::label);
        if (destination.port() != null) {
            faults.port(path + ".port.number", destination.port().number());
        }
    }

    /** One destination needs no weight; of several, some. */
    void weights(List<Integer> weights, String path) {
        for (int i = 0; i < weights.size(); i++) {
            if (weights.get(i) < 0) {
                faults.error(path + "[" + i + "].weight", "weight " + weights.get(i) + " < 0");
            }
        }
        if (weights.size() > 1 && weights.stream().allMatch(w -> w == 0)) {
            faults.error(path, "total destination weight = 0; give at least one destination a weight");
        }
    }

    private void destinations(List<RouteDestination> route, String path) {
        if (route.isEmpty()) {
            faults.error(path, "route is required: at least one destination");
        }
        for (int i = 0; i < route.size(); i++) {
            destination(route.get(i).destination(), path + "[" + i + "].destination");
        }
        weights(route.stream().map(RouteDestination::weight).toList(), path);
    }

    private void tls(VirtualServiceSpec.TlsRoute route, List<String> hosts, String path) {
        if (route.match().isEmpty()) {
            faults.error(path + ".match", "TLS route must have at least one match condition, with sniHosts");
        }
        for (int i = 0; i < route.match().size(); i++) {
            VirtualServiceSpec.TlsMatch match = route.match().get(i);
            String here = path + ".match[" + i + "]";
            if (match.sniHosts().isEmpty()) {
                faults.error(here + ".sniHosts", "TLS match must have at least one SNI host");
            }
            for (int j = 0; j < match.sniHosts().size(); j++) {
                serverName(match.sniHosts().get(j), hosts, here + ".sniHosts[" + j + "]");
            }
            subnets(match.destinationSubnets(), here + ".destinationSubnets");
            caller(match.port(), match.gateways(), match.sourceLabels(), here);
        }
        destinations(route.route(), path + ".route");
    }

    private void serverName(String name, List<String> hosts, String path) {
        faults.form(path, name, Syntax::host);
        boolean within = hosts.stream().anyMatch(host -> io.hyaline.model.host.Hosts.isWithin(name, host));
        if (!within && !hosts.isEmpty() && name.contains(".")) {
            faults.error(
                    path,
                    "SNI host \"" + name + "\" is not a compatible subset of any of the virtual service's hosts: "
                            + hosts);
        }
    }

    private void tcp(VirtualServiceSpec.TcpRoute route, String path) {
        for (int i = 0; i < route.match().size(); i++) {
            VirtualServiceSpec.L4Match match = route.match().get(i);
            String here = path + ".match[" + i + "]";
            subnets(match.destinationSubnets(), here + ".destinationSubnets");
            faults.form(here + ".sourceSubnet", match.sourceSubnet(), Syntax::subnet);
            caller(match.port(), match.gateways(), match.sourceLabels(), here);
        }
        destinations(route.route(), path + ".route");
    }

    private void subnets(List<String> subnets, String path) {
        for (int i = 0; i < subnets.size(); i++) {
            faults.form(path + "[" + i + "]", subnets.get(i), Syntax::subnet);
        }
    }

    void caller(int port, List<String> gateways, Map<String, String> labels, String path) {
        faults.portOrNone(path + ".port", port);
        gateways(gateways, path + ".gateways");
        faults.labels(path + ".sourceLabels", labels);
    }
}
