package io.hyaline.cli;

import io.hyaline.proxy.ProxyMain;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "proxy",
        mixinStandardHelpOptions = true,
        description = "Run the data plane on an Envoy v3 bootstrap, for all sidecars of a node, or as one pod's.")
final class ProxyCommand implements Callable<Integer> {

    /** One of the three ways to run. */
    static final class Work {
        @Option(
                names = {"-c", "--config-path"},
                paramLabel = "FILE",
                description = "An Envoy v3 bootstrap, YAML or JSON: static resources, a control plane, or both.")
        private @Nullable Path bootstrap;

        @Option(
                names = "--node-socket",
                paramLabel = "PATH",
                description = "Carry all sidecars of a node, told through this unix socket.")
        private @Nullable Path socket;

        @Option(
                names = "--sidecar",
                paramLabel = "FILE",
                description = "Be the sidecar of the pod that this process is in; the node wrote the file.")
        private @Nullable Path description;
    }

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Work work = new Work();

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "0",
            description = "Event loops (default: one for each processor).")
    private int concurrency;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        if (concurrency < 0) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--concurrency takes 0 or more");
        }
        if (work.bootstrap != null) {
            return ProxyMain.run(work.bootstrap, new ProxyMain.Options(concurrency), System.err);
        }
        if (work.description != null) {
            return ProxyMain.runSidecar(work.description, new ProxyMain.Options(concurrency), System.err);
        }
        if (work.socket == null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "name -c FILE, --node-socket PATH or --sidecar FILE");
        }
        return ProxyMain.runNode(work.socket, new ProxyMain.Options(concurrency), System.err);
    }
}
