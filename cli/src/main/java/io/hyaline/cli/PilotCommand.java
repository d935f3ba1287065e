package io.hyaline.cli;

import io.hyaline.cli.cluster.Home;
import io.hyaline.pilot.Pilot;
import io.hyaline.pilot.PilotConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "pilot",
        mixinStandardHelpOptions = true,
        description = "Run the control plane alone, against any Kubernetes API.")
final class PilotCommand implements Callable<Integer> {

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "Which cluster (default $HYALINE_HOME/kubeconfig).")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description = "Where xDS (15010, 15012) and debug (15014) are served (default ${DEFAULT-VALUE}).")
    private String listen = "";

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Path file = kubeconfig == null ? Home.of(System.getenv()).kubeconfig() : kubeconfig;
        CountDownLatch stop = new CountDownLatch(1);
        try (Pilot pilot = Pilot.start(PilotConfig.standard(file, listen))) {
            spec.commandLine().getErr().println("pilot on " + listen + ", " + pilot.ports());
            spec.commandLine().getErr().flush();
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stop::countDown));
            stop.await();
        }
        return 0;
    }
}
