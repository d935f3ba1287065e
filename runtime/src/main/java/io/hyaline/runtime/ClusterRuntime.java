package io.hyaline.runtime;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.hyaline.objects.Kube;
import io.hyaline.runtime.balance.Balancer;
import io.hyaline.runtime.cluster.ApiData;
import io.hyaline.runtime.cluster.EventRecorder;
import io.hyaline.runtime.cluster.Informers;
import io.hyaline.runtime.cluster.ServiceStatuses;
import io.hyaline.runtime.controllers.Controllers;
import io.hyaline.runtime.controllers.ReadyCounts;
import io.hyaline.runtime.dns.DnsServer;
import io.hyaline.runtime.dns.Forwarder;
import io.hyaline.runtime.gateways.IstioGateways;
import io.hyaline.runtime.images.Images;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.net.BalancerNet;
import io.hyaline.runtime.net.Fabric;
import io.hyaline.runtime.net.Ip;
import io.hyaline.runtime.net.NodeNet;
import io.hyaline.runtime.pods.Kubelet;
import io.hyaline.runtime.pods.LeftoverFiles;
import io.hyaline.runtime.probes.Prober;
import io.hyaline.runtime.publish.Balanced;
import io.hyaline.runtime.publish.Destination;
import io.hyaline.runtime.services.ServiceSync;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Nodes, and what makes them a cluster, on this machine. */
public final class ClusterRuntime implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ClusterRuntime.class);
    private static final String DOMAIN = "cluster.local";

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final List<NodeRuntime> nodes = new ArrayList<>();
    private List<Ip> egress = List.of();
    private @Nullable Fabric fabric;
    private @Nullable BalancerNet balancer;
    private @Nullable Informers informers;

    private ClusterRuntime() {}

    /** Builds networks and nodes, joins them to the API server, and starts the controllers. */
    public static ClusterRuntime start(RuntimeConfig config) {
        ClusterRuntime runtime = new ClusterRuntime();
        try {
            runtime.build(config);
            return runtime;
        } catch (RuntimeException e) {
            runtime.close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    private void build(RuntimeConfig config) {
        Clock clock = Clock.systemUTC();
        KubernetesClient client = add(Kube.connect(config.kubeconfig()));
        Fabric built = add(Fabric.create(config.addresses(), config.host()));
        fabric = built;
        if (config.egress()) {
            egress = built.openEgress();
        }
        List<NodeNet> nets = new ArrayList<>();
        for (int number = 1; number <= config.nodes(); number++) {
            nets.add(built.addNode(number));
        }
        BalancerNet added = built.addBalancer();
        balancer = added;
        EventRecorder events = add(new EventRecorder(client, clock));
        Informers watches = add(new Informers(client));
        informers = watches;
        watches.start();
        List<Pod> left = LeftoverNodes.remove(
                client,
                watches.nodes.getStore().list(),
                watches.pods.getStore().list(),
                nets.stream().map(NodeNet::name).collect(Collectors.toSet()));
        LeftoverFiles.clean(config.state(), left);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("runtime-timer").daemon().factory());
        add(timer::shutdownNow);
        ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
        add(workers::shutdownNow);
        add(new ServiceSync(watches, config.addresses(), nets, new ServiceStatuses(client, clock), clock))
                .start();
        DnsServer.Names names = new DnsServer.Names(DOMAIN, watches);
        var forwardTo = config.egress() ? Forwarder.ofHost(Path.of("/etc/resolv.conf")) : null;
        nets.forEach(net -> net.addresses().forEach(own -> add(DnsServer.start(net, own, names, forwardTo))));
        ClusterDns.register(client, config.addresses(), nets);
        NodeRuntime.Shared shared = new NodeRuntime.Shared(
                config,
                client,
                watches,
                events,
                Images.in(config.home(), config.addresses().of(Ip.V4).isPresent() ? Ip.V4 : Ip.V6),
                new ApiData(client),
                new Prober.Threads(timer, workers),
                clock,
                DOMAIN);
        for (NodeNet net : nets) {
            nodes.add(add(NodeRuntime.start(net, shared)));
        }
        add(Balancer.start(added, config.addresses(), client, watches, events));
        if (config.controllers()) {
            add(Controllers.start(client, watches, events, clock));
            add(IstioGateways.start(
                    client, watches, config.addresses().families().size() > 1, clock));
            if (!left.isEmpty()) {
                ReadyCounts.awaitTruth(client);
            }
        }
        log.info("{} nodes are up", nets.size());
    }

    /** Port {@code port} of the load balancer's addresses of a Service, reached with the address of whoever calls. */
    public Destination balanced(String namespace, String service, int port) {
        AddressPlan plan = Objects.requireNonNull(fabric).plan();
        return new Balanced(
                Objects.requireNonNull(balancer),
                family -> addressOf(namespace, service, family, port),
                plan.each(f -> InetAddress.ofLiteral(f.hostAddress())));
    }

    private @Nullable InetSocketAddress addressOf(String namespace, String name, Ip family, int port) {
        Service service = Objects.requireNonNull(informers).services.getStore().getByKey(namespace + "/" + name);
        if (service == null
                || service.getStatus() == null
                || service.getStatus().getLoadBalancer() == null) {
            return null;
        }
        return service.getStatus().getLoadBalancer().getIngress().stream()
                .flatMap(i -> Stream.ofNullable(i.getIp()))
                .flatMap(address -> family.parse(address).stream())
                .findFirst()
                .map(address -> new InetSocketAddress(address, port))
                .orElse(null);
    }

    /** The families that leave the cluster: those of {@code --egress} for which the host has a way. */
    public List<Ip> egress() {
        return egress;
    }

    /** The nodes' kubelets, in order. */
    public List<Kubelet> kubelets() {
        return nodes.stream().map(NodeRuntime::kubelet).toList();
    }

    /** The namespace that holds the outside network, to whose bridge {@code outside} machines can be joined. */
    public Path outsideNetwork() {
        return Objects.requireNonNull(fabric).namespace().path();
    }

    /** Process ids of the nodes' proxies, in order; -1 where none runs. */
    public List<Long> proxyPids() {
        return nodes.stream().map(NodeRuntime::proxyPid).toList();
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                // Whatever cannot be closed ends with the process; the rest still has to be closed in order.
                log.warn("while stopping: {}", e.toString());
            }
        }
    }
}
