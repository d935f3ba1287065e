package io.hyaline.cli;

import io.hyaline.cli.exit.Failure;
import io.hyaline.inject.InjectionConfig;
import io.hyaline.inject.Manifests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "inject",
        mixinStandardHelpOptions = true,
        description = "Add the sidecar to the workloads of a manifest, as the webhook would.")
final class InjectCommand implements Callable<Integer> {

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "FILE",
            required = true,
            description = "A manifest, or - for standard input.")
    private String file = "-";

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (!file.equals("-") && !Files.isReadable(Path.of(file))) {
            throw new Failure(Failure.USAGE, "cannot read " + file);
        }
        byte[] manifest = file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
        spec.commandLine()
                .getOut()
                .print(new Manifests(InjectionConfig.DEFAULT).inject(new String(manifest, StandardCharsets.UTF_8)));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
