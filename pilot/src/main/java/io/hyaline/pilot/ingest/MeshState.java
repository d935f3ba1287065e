package io.hyaline.pilot.ingest;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.hyaline.model.Endpoint;
import io.hyaline.model.EnvoyFilter;
import io.hyaline.model.MeshConfig;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.PeerAuthentication;
import io.hyaline.model.Problem;
import io.hyaline.model.Reference;
import io.hyaline.model.Service;
import io.hyaline.model.SidecarScope;
import io.hyaline.model.Workload;
import io.hyaline.pilot.check.Checks;
import io.hyaline.pilot.read.DestinationRuleReader;
import io.hyaline.pilot.read.EndpointSliceReader;
import io.hyaline.pilot.read.EnvoyFilterReader;
import io.hyaline.pilot.read.GatewayReader;
import io.hyaline.pilot.read.MeshConfigReader;
import io.hyaline.pilot.read.Metadata;
import io.hyaline.pilot.read.PeerAuthenticationReader;
import io.hyaline.pilot.read.PodReader;
import io.hyaline.pilot.read.ServiceEntryReader;
import io.hyaline.pilot.read.ServiceReader;
import io.hyaline.pilot.read.SidecarReader;
import io.hyaline.pilot.read.VirtualServiceReader;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All objects as last heard of; owned by the ingest thread. */
final class MeshState {
    private static final Comparator<Endpoint> BY_ADDRESS =
            Comparator.comparing(Endpoint::address).thenComparing(Endpoint::portName);

    private final String clusterDomain;
    private final Consumer<Problem> reports;
    private final Map<ObjectKey, Service> services = new TreeMap<>();
    private final Map<ObjectKey, EndpointSliceReader.Slice> slices = new TreeMap<>();
    private final Map<ObjectKey, Workload> workloads = new TreeMap<>();
    private final Map<ObjectKey, PeerAuthentication> policies = new TreeMap<>();
    private final Map<ObjectKey, EnvoyFilter> filters = new TreeMap<>();
    private final Map<ObjectKey, SidecarScope> sidecars = new TreeMap<>();
    private final TrafficState traffic;
    private final Map<String, Problem> problems = new TreeMap<>();
    private final Map<Reference, Long> generations = new TreeMap<>();
    private MeshConfig mesh = MeshConfigReader.read(InstalledMesh.YAML);
    private long version;

    MeshState(String clusterDomain, InstantSource clock, Consumer<Problem> reports) {
        this.clusterDomain = clusterDomain;
        this.reports = reports;
        this.traffic = new TrafficState(clock);
    }

    /** True if proxies may have to be told something new. */
    boolean put(HasMetadata object) {
        ObjectKey key = Metadata.key(object);
        return switch (object) {
            case io.fabric8.kubernetes.api.model.Service service ->
                keep(services, object, () -> ServiceReader.read(service, clusterDomain));
            case EndpointSlice slice -> keep(slices, object, () -> EndpointSliceReader.read(slice));
            case Pod pod -> keep(workloads, object, () -> PodReader.read(pod));
            case Secret secret -> credential(secret);
            case ConfigMap map -> key.equals(meshKey()) && meshConfig(map);
            case GenericKubernetesResource custom -> custom(custom);
            default -> false;
        };
    }

    boolean remove(HasMetadata object) {
        ObjectKey key = Metadata.key(object);
        problems.remove(problemKey(object));
        generations.remove(reference(object));
        return switch (object) {
            case io.fabric8.kubernetes.api.model.Service _ -> services.remove(key) != null;
            case EndpointSlice _ -> slices.remove(key) != null;
            case Pod _ -> workloads.remove(key) != null;
            case Secret _ -> traffic.withdraw(key);
            case ConfigMap _ -> key.equals(meshKey()) && become(MeshConfigReader.read(InstalledMesh.YAML));
            case GenericKubernetesResource custom ->
                switch (custom.getKind()) {
                    case "PeerAuthentication" -> policies.remove(key) != null;
                    case "EnvoyFilter" -> filters.remove(key) != null;
                    case "Sidecar" -> sidecars.remove(key) != null;
                    default -> traffic.remove(custom.getKind(), key);
                };
            default -> false;
        };
    }

    /** What changes by itself, with time; true if proxies or people have to be told something new. */
    boolean lookAgain() {
        return traffic.lookAgain();
    }

    MeshSnapshot snapshot() {
        Map<ObjectKey, List<Endpoint>> endpoints = new TreeMap<>();
        slices.values()
                .forEach(s -> endpoints
                        .computeIfAbsent(s.service(), _ -> new ArrayList<>())
                        .addAll(s.endpoints()));
        Map<ObjectKey, Service> callable = new TreeMap<>(services);
        ServiceEntries.add(traffic.hosts(), workloads.values(), callable, endpoints);
        endpoints.replaceAll(
                (_, list) -> list.stream().sorted(BY_ADDRESS).distinct().toList());
        Map<String, Workload> byAddress = new HashMap<>();
        workloads.values().forEach(w -> w.addresses().forEach(a -> byAddress.put(a, w)));
        return new MeshSnapshot(
                ++version,
                mesh,
                Collections.unmodifiableMap(callable),
                Collections.unmodifiableMap(endpoints),
                frozen(workloads),
                Collections.unmodifiableMap(byAddress),
                List.copyOf(policies.values()),
                List.copyOf(filters.values()),
                List.copyOf(sidecars.values()),
                traffic.config(),
                List.copyOf(problems.values()),
                Collections.unmodifiableMap(new TreeMap<>(generations)));
    }

    private boolean custom(GenericKubernetesResource object) {
        return switch (object.getKind()) {
            case "PeerAuthentication" -> keepUsable(policies, object, () -> PeerAuthenticationReader.read(object));
            case "EnvoyFilter" -> keepUsable(filters, object, () -> EnvoyFilterReader.read(object));
            case "Sidecar" -> keepUsable(sidecars, object, () -> SidecarReader.read(object));
            case "Gateway" -> keepUsable(traffic.gateways(), object, () -> GatewayReader.read(object));
            case "VirtualService" ->
                keepUsable(traffic.virtualServices(), object, () -> VirtualServiceReader.read(object, clusterDomain));
            case "DestinationRule" ->
                keepUsable(traffic.destinationRules(), object, () -> DestinationRuleReader.read(object, clusterDomain));
            case "ServiceEntry" -> keepUsable(traffic.serviceEntries(), object, () -> ServiceEntryReader.read(object));
            default -> false;
        };
    }

    /** An object may be older than the checks at its door, or have come while nobody stood there. */
    private <V> boolean keepUsable(Map<ObjectKey, V> kind, GenericKubernetesResource object, Supplier<V> reader) {
        Long generation = Objects.requireNonNullElse(object.getMetadata().getGeneration(), 0L);
        boolean another = !generation.equals(generations.put(reference(object), generation));
        return keep(kind, object, () -> {
                    Checks.requireUsable(object);
                    return reader.get();
                })
                || another;
    }

    private static Reference reference(HasMetadata object) {
        return new Reference(object.getKind(), Metadata.key(object));
    }

    /** What cannot be read is taken out: the last good version would hide the mistake. */
    private <V> boolean keep(Map<ObjectKey, V> kind, HasMetadata object, Supplier<@Nullable V> reader) {
        ObjectKey key = Metadata.key(object);
        V value = null;
        try {
            value = reader.get();
            problems.remove(problemKey(object));
        } catch (IllegalArgumentException e) {
            report(object, Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
        if (Objects.equals(kind.get(key), value)) {
            return false;
        }
        if (value == null) {
            kind.remove(key);
        } else {
            kind.put(key, value);
        }
        return true;
    }

    /** The last good version stays as well: a mistake in a rotation must not take a site from the air. */
    private boolean credential(Secret secret) {
        try {
            boolean changed = traffic.put(Metadata.key(secret), secret);
            problems.remove(problemKey(secret));
            return changed;
        } catch (IllegalArgumentException e) {
            String reason = Objects.requireNonNullElse(e.getMessage(), e.toString());
            boolean changed = traffic.complain(Metadata.key(secret), reason);
            return report(secret, reason) || changed;
        }
    }

    /** Here the last good version stays: without it every proxy would change its mind about everything. */
    private boolean meshConfig(ConfigMap map) {
        String yaml = map.getData() == null ? null : map.getData().get(InstalledMesh.KEY);
        try {
            boolean changed = become(MeshConfigReader.read(Objects.requireNonNullElse(yaml, "")));
            problems.remove(problemKey(map));
            return changed;
        } catch (IllegalArgumentException e) {
            report(map, Objects.requireNonNullElse(e.getMessage(), e.toString()));
            return false;
        }
    }

    private boolean become(MeshConfig next) {
        boolean changed = !next.equals(mesh);
        mesh = next;
        return changed;
    }

    /** True if it is news. */
    private boolean report(HasMetadata object, String reason) {
        Problem problem = new Problem(object.getKind(), Metadata.key(object), reason);
        boolean news = !problem.equals(problems.put(problemKey(object), problem));
        if (news) {
            reports.accept(problem);
        }
        return news;
    }

    private static String problemKey(HasMetadata object) {
        return object.getKind() + " " + Metadata.key(object);
    }

    private static ObjectKey meshKey() {
        return new ObjectKey(InstalledMesh.NAMESPACE, InstalledMesh.NAME);
    }

    private static <V> Map<ObjectKey, V> frozen(Map<ObjectKey, V> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }
}
