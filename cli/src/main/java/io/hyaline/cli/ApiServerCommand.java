package io.hyaline.cli;

import io.hyaline.apiserver.ApiServer;
import io.hyaline.apiserver.ApiServerConfig;
import io.hyaline.apiserver.http.HttpLimits;
import io.hyaline.apiserver.http.PodStreams;
import io.hyaline.cli.cluster.Home;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "apiserver",
        mixinStandardHelpOptions = true,
        description = "Run the Kubernetes-compatible API server alone.")
final class ApiServerCommand implements Callable<Integer> {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where objects and keys are kept (default $HYALINE_HOME/data).")
    private @Nullable Path data;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            split = ",",
            defaultValue = "127.0.0.1",
            description = "Addresses (default ${DEFAULT-VALUE}).")
    private List<String> listen = List.of();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "6443",
            description = "Port on each address (default ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--service-range",
            paramLabel = "CIDR[,CIDR]",
            defaultValue = "10.96.0.0/16",
            description = "ClusterIPs: one range, or one of each IP family, the primary one first, as"
                    + " 10.96.0.0/16,fd00:10:96::/112 (default ${DEFAULT-VALUE}).")
    private String services = "";

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "Written for the administrator (default $HYALINE_HOME/kubeconfig).")
    private @Nullable Path kubeconfig;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Home home = Home.of(System.getenv());
        Path written = kubeconfig == null ? home.kubeconfig() : kubeconfig;
        ApiServerConfig config = config(home, written);
        CountDownLatch stop = new CountDownLatch(1);
        try (ApiServer server = ApiServer.start(config)) {
            spec.commandLine().getErr().println("API server on port " + server.port());
            spec.commandLine().getErr().flush();
            spec.commandLine().getOut().println(written);
            spec.commandLine().getOut().flush();
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stop::countDown));
            stop.await();
        }
        return 0;
    }

    private ApiServerConfig config(Home home, Path written) {
        try {
            return new ApiServerConfig(
                    data == null ? home.data() : data,
                    listen,
                    port,
                    listen.getFirst(),
                    List.of(services.split(",", -1)),
                    written,
                    PodStreams.none(),
                    HttpLimits.DEFAULT,
                    InstantSource.system());
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage());
        }
    }
}
