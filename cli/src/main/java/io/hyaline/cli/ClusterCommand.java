package io.hyaline.cli;

import io.hyaline.cli.cluster.Cluster;
import io.hyaline.cli.cluster.Home;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The main JVM of a cluster, started by {@code up} under the cluster's init. */
@Command(name = "cluster", hidden = true, description = "The main process of a cluster; `up` starts it.")
final class ClusterCommand implements Callable<Integer> {

    @Option(names = "--home", required = true)
    private Path home = Path.of("");

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return Cluster.run(new Home(home), options.toOptions(spec.commandLine()));
    }
}
