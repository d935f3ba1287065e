package io.hyaline.cli;

import io.hyaline.cli.cluster.ExternalMachine;
import io.hyaline.cli.cluster.Home;
import io.hyaline.cli.cluster.Outside;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "client",
        mixinStandardHelpOptions = true,
        description = "Run a command on an external machine: one outside of the cluster, with an address of its own.",
        footer = {
            "",
            "Example: hyaline client --ip 203.0.113.50 -- curl http://203.0.113.80/ip",
            "Input, output and exit code are the command's own. The machine is there as long as the command runs."
        })
final class ClientCommand implements Callable<Integer> {

    @Option(
            names = "--ip",
            paramLabel = "ADDRESS",
            description =
                    "The machine's address, 203.0.113.4 to 203.0.113.79 or 2001:db8:113::4 to 2001:db8:113::4f (default: one that is"
                            + " free, from 203.0.113.50 and 2001:db8:113::32 on). In a cluster of both families it has both: the"
                            + " other one is at the same place in its range.")
    private @Nullable String address;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The command and its arguments, after --.")
    private List<String> command = new ArrayList<>();

    @Override
    public Integer call() {
        Outside network = Outside.of(Home.of(System.getenv()));
        try (ExternalMachine machine = ExternalMachine.open(network, address)) {
            return machine.run(command);
        }
    }
}
