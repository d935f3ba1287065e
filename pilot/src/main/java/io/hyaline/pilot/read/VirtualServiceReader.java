package io.hyaline.pilot.read;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.VirtualService;
import io.hyaline.model.host.Hosts;
import io.hyaline.model.route.Caller;
import io.hyaline.model.route.Destination;
import io.hyaline.model.route.HeaderChanges;
import io.hyaline.model.route.HttpRoute;
import io.hyaline.model.route.L4Route;
import io.hyaline.model.route.WeightedDestination;
import io.hyaline.objects.istio.Specs;
import io.hyaline.objects.istio.VirtualServiceSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** VirtualServices: names are completed here, so that nobody has to know whose short names they were. */
public final class VirtualServiceReader {
    private final ObjectKey key;
    private final String clusterDomain;

    private VirtualServiceReader(ObjectKey key, String clusterDomain) {
        this.key = key;
        this.clusterDomain = clusterDomain;
    }

    public static VirtualService read(GenericKubernetesResource object, String clusterDomain) {
        VirtualServiceReader reader = new VirtualServiceReader(Metadata.key(object), clusterDomain);
        return reader.read(object, Specs.read(object, VirtualServiceSpec.class));
    }

    private VirtualService read(GenericKubernetesResource object, VirtualServiceSpec spec) {
        List<HttpRoute> http = new ArrayList<>();
        for (int i = 0; i < spec.http().size(); i++) {
            try {
                http.add(new HttpRouteReader(this).read(spec.http().get(i)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("http[" + i + "]: " + e.getMessage(), e);
            }
        }
        return new VirtualService(
                key,
                Metadata.created(object),
                spec.hosts().stream().map(this::qualified).toList(),
                gateways(spec.gateways()),
                http,
                spec.tls().stream().map(this::tls).toList(),
                spec.tcp().stream().map(this::tcp).toList(),
                exported(spec.exportTo(), key.namespace()));
    }

    /** {@code .} is the object's own namespace; {@code ~} is none. */
    static List<String> exported(List<String> names, String namespace) {
        return names.stream().map(n -> n.equals(".") ? namespace : n).toList();
    }

    /** None means the sidecars. */
    private List<String> gateways(List<String> names) {
        return names.isEmpty()
                ? List.of(VirtualService.MESH)
                : names.stream().map(this::gateway).distinct().toList();
    }

    String gateway(String name) {
        return name.equals(VirtualService.MESH) || name.contains("/") ? name : key.namespace() + "/" + name;
    }

    String namespace() {
        return key.namespace();
    }

    Destination destination(VirtualServiceSpec.@Nullable Destination destination) {
        if (destination == null || destination.host().isEmpty()) {
            throw new IllegalArgumentException("a destination has no host");
        }
        int port = destination.port() == null ? 0 : destination.port().number();
        return new Destination(qualified(destination.host()), destination.subset(), port);
    }

    private String qualified(String host) {
        return Hosts.qualified(host, key.namespace(), clusterDomain);
    }

    private L4Route tls(VirtualServiceSpec.TlsRoute route) {
        return new L4Route(route.match().stream().map(this::match).toList(), destinations(route.route()));
    }

    private L4Route tcp(VirtualServiceSpec.TcpRoute route) {
        return new L4Route(route.match().stream().map(this::match).toList(), destinations(route.route()));
    }

    private L4Route.Match match(VirtualServiceSpec.TlsMatch match) {
        return new L4Route.Match(
                match.sniHosts(),
                match.destinationSubnets(),
                "",
                caller(match.port(), match.gateways(), match.sourceLabels(), match.sourceNamespace()));
    }

    private L4Route.Match match(VirtualServiceSpec.L4Match match) {
        return new L4Route.Match(
                List.of(),
                match.destinationSubnets(),
                match.sourceSubnet(),
                caller(match.port(), match.gateways(), match.sourceLabels(), match.sourceNamespace()));
    }

    Caller caller(int port, List<String> gateways, java.util.Map<String, String> labels, String namespace) {
        return new Caller(port, gateways.stream().map(this::gateway).toList(), labels, namespace);
    }

    private List<WeightedDestination> destinations(List<VirtualServiceSpec.RouteDestination> all) {
        return all.stream()
                .map(d -> new WeightedDestination(destination(d.destination()), d.weight(), HeaderChanges.NONE))
                .toList();
    }
}
