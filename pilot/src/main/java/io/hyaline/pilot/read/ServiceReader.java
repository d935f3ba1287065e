package io.hyaline.pilot.read;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.Protocol;
import io.hyaline.model.Service;
import io.hyaline.model.ServicePort;
import io.hyaline.model.TargetPort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Kubernetes Services. */
public final class ServiceReader {
    private static final String EXPORT_TO = "networking.istio.io/exportTo";

    private ServiceReader() {}

    public static Service read(io.fabric8.kubernetes.api.model.Service object, String clusterDomain) {
        ObjectKey key = Metadata.key(object);
        ServiceSpec spec = object.getSpec();
        boolean headless = "None".equals(spec.getClusterIP());
        boolean external = "ExternalName".equals(spec.getType());
        return new Service(
                key,
                key.name() + "." + key.namespace() + ".svc." + clusterDomain,
                headless || external ? List.of() : addresses(spec),
                headless ? Service.Resolution.HEADLESS : Service.Resolution.ENDPOINTS,
                ports(spec),
                spec.getSelector() == null ? Map.of() : spec.getSelector(),
                external ? Metadata.orEmpty(spec.getExternalName()) : "",
                Boolean.TRUE.equals(spec.getPublishNotReadyAddresses()),
                Metadata.created(object),
                false,
                exported(object));
    }

    private static List<String> exported(io.fabric8.kubernetes.api.model.Service object) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        String names = annotations == null ? null : annotations.get(EXPORT_TO);
        return names == null
                ? List.of()
                : VirtualServiceReader.exported(
                        Arrays.stream(names.split(",")).map(String::strip).toList(),
                        Metadata.key(object).namespace());
    }

    private static List<String> addresses(ServiceSpec spec) {
        List<String> all = new ArrayList<>(spec.getClusterIPs() == null ? List.of() : spec.getClusterIPs());
        if (all.isEmpty() && spec.getClusterIP() != null && !spec.getClusterIP().isEmpty()) {
            all.add(spec.getClusterIP());
        }
        all.sort(Comparator.comparing(address -> address.contains(":")));
        return all;
    }

    private static List<ServicePort> ports(ServiceSpec spec) {
        if (spec.getPorts() == null) {
            return List.of();
        }
        return spec.getPorts().stream()
                .map(p -> new ServicePort(
                        Metadata.orEmpty(p.getName()),
                        p.getPort(),
                        target(p.getTargetPort(), p.getPort()),
                        Protocol.select(
                                p.getProtocol() == null ? "TCP" : p.getProtocol(),
                                Metadata.orEmpty(p.getAppProtocol()),
                                Metadata.orEmpty(p.getName()),
                                p.getPort())))
                .toList();
    }

    private static TargetPort target(@Nullable IntOrString target, int port) {
        if (target == null) {
            return new TargetPort.Numbered(port);
        }
        if (target.getStrVal() != null && !target.getStrVal().isEmpty()) {
            return new TargetPort.Named(target.getStrVal());
        }
        Integer number = target.getIntVal();
        return new TargetPort.Numbered(number == null || number == 0 ? port : number);
    }
}
