package io.hyaline.cli;

import io.hyaline.cli.cluster.Home;
import io.hyaline.cli.cluster.Images;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "images",
        mixinStandardHelpOptions = true,
        description = "Install what the samples' images stand for; `up` and `demo` do it by themselves.",
        footer = {
            "",
            "Images lie in $HYALINE_HOME/images, or in $HYALINE_IMAGES_HOME/images when several clusters share them."
        })
final class ImagesCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Images.prepare(Home.of(System.getenv()), line -> {
            spec.commandLine().getErr().println(line);
            spec.commandLine().getErr().flush();
        });
        return 0;
    }
}
