package io.hyaline.cli;

import io.hyaline.cli.exit.Failure;
import java.io.PrintWriter;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program: one command for every role and tool. */
@Command(
        name = "hyaline",
        description = "A service mesh whose servers see who is really calling.",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            DemoCommand.class,
            ClientCommand.class,
            ProxyCommand.class,
            PilotCommand.class,
            ApiServerCommand.class,
            ImagesCommand.class,
            InjectCommand.class,
            ClusterCommand.class,
            Main.CompletionCommand.class,
            CommandLine.HelpCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        footer = {"", "Exit codes: 0 good, 1 the thing asked about is not so, 2 wrong usage."})
public final class Main implements Runnable {

    @Spec
    private CommandSpec spec;

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(List.of(args)));
    }

    static int run(List<String> args) {
        Logs.configure();
        return new CommandLine(new Main())
                .setExecutionExceptionHandler(failures())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args.toArray(String[]::new));
    }

    private static IExecutionExceptionHandler failures() {
        return (exception, command, _) -> {
            PrintWriter err = command.getErr();
            if (exception instanceof Failure failure) {
                err.println("hyaline: " + failure.getMessage());
                return failure.exitCode();
            }
            if (System.getenv("HYALINE_DEBUG") != null) {
                exception.printStackTrace(err);
            }
            err.println("hyaline: " + describe(exception) + " (HYALINE_DEBUG=1 shows where)");
            return Failure.NOT_SO;
        };
    }

    private static String describe(Throwable t) {
        String message = t.getMessage();
        return message == null || message.isBlank() ? t.getClass().getSimpleName() : message;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "name a command");
    }

    /** Prints a shell's completion script. */
    @Command(name = "completion", description = "Print a completion script for bash or zsh.")
    static final class CompletionCommand implements Runnable {

        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            CommandLine root = spec.parent().commandLine();
            root.getOut().println(AutoComplete.bash(root.getCommandName(), root));
        }
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"hyaline 0.1.0"};
        }
    }
}
