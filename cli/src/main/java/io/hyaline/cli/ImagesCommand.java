package io.hyaline.cli;

import io.hyaline.cli.cluster.Home;
import io.hyaline.cli.cluster.Images;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "images",
        mixinStandardHelpOptions = true,
        description =
                "Install what images stand for: those named, or those of the samples, which `up` and `demo` install"
                        + " by themselves.",
        footer = {
            "",
            "Images lie in $HYALINE_HOME/images, or in $HYALINE_IMAGES_HOME/images when several clusters share them."
        })
final class ImagesCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "IMAGE",
            description = "As a pod would name it, for a cluster that will have no network to install from.")
    private List<String> names = List.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Home home = Home.of(System.getenv());
        if (names.isEmpty()) {
            Images.prepare(home, this::say);
        } else {
            Images.prepare(home, names, this::say);
        }
        return 0;
    }

    private void say(String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }
}
