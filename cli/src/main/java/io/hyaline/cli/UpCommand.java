package io.hyaline.cli;

import io.hyaline.cli.cluster.Home;
import io.hyaline.cli.cluster.Options;
import io.hyaline.cli.cluster.Privilege;
import io.hyaline.cli.cluster.UpDown;
import io.hyaline.cli.exit.Failure;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Bring up a whole cluster on this machine.",
        footer = {
            "",
            "Prints the path of the kubeconfig when the cluster is ready; progress goes to stderr.",
            "State lives in $HYALINE_HOME (default ~/.hyaline) and survives `hyaline down`."
        })
final class UpCommand implements Callable<Integer> {

    @Option(names = "--detach", description = "Return when the cluster is ready; `hyaline down` ends it.")
    private boolean detach;

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Home home = Home.of(System.getenv());
        PrintWriter err = spec.commandLine().getErr();
        PrintWriter out = spec.commandLine().getOut();
        UpDown cluster = new UpDown(home, err);
        Options chosen = options.toOptions(spec.commandLine()).apart(!Privilege.root());
        if (chosen.apart() && chosen.egress()) {
            throw new Failure(
                    Failure.USAGE, "--egress rewrites packets in the host's own network, which only root may: sudo -E");
        }
        long begun = System.nanoTime();
        cluster.up(chosen);
        err.printf("cluster ready after %.1f s%n", (System.nanoTime() - begun) / 1e9);
        out.println(home.kubeconfig());
        out.flush();
        if (!detach) {
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
                if (cluster.isUp()) {
                    cluster.down();
                }
            }));
            err.println("ctrl-c takes it down");
            err.flush();
            cluster.awaitEnd();
            return Files.exists(home.status()) ? Failure.NOT_SO : 0;
        }
        return 0;
    }
}
