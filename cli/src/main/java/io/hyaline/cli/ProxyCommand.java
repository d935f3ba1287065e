package io.hyaline.cli;

import io.hyaline.proxy.ProxyMain;
import io.hyaline.proxy.node.NodeProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "proxy",
        mixinStandardHelpOptions = true,
        description = "Run the data plane on an Envoy v3 bootstrap, or for all sidecars of a node.")
final class ProxyCommand implements Callable<Integer> {

    /** One of the two ways to run. */
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
    public Integer call() throws IOException, InterruptedException {
        if (concurrency < 0) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--concurrency takes 0 or more");
        }
        if (work.bootstrap != null) {
            return ProxyMain.run(work.bootstrap, new ProxyMain.Options(concurrency), System.err);
        }
        if (work.socket == null) {
            throw new CommandLine.ParameterException(spec.commandLine(), "name -c FILE or --node-socket PATH");
        }
        int loops = concurrency == 0 ? Runtime.getRuntime().availableProcessors() : concurrency;
        CountDownLatch stop = new CountDownLatch(1);
        try (NodeProxy _ = NodeProxy.start(work.socket, loops)) {
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stop::countDown));
            stop.await();
        }
        return 0;
    }
}
