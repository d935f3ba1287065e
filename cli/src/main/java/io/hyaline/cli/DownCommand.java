package io.hyaline.cli;

import io.hyaline.cli.cluster.Home;
import io.hyaline.cli.cluster.UpDown;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Take the cluster down; its objects are kept for the next `up`.")
final class DownCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        new UpDown(Home.of(System.getenv()), spec.commandLine().getErr()).down();
        return 0;
    }
}
