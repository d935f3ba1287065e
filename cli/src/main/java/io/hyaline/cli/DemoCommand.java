package io.hyaline.cli;

import io.hyaline.cli.cluster.Home;
import io.hyaline.cli.cluster.Options.IpFamily;
import io.hyaline.cli.demo.Check;
import io.hyaline.cli.demo.Demo;
import io.hyaline.cli.exit.Failure;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Run the client-address scenarios in a throwaway cluster and compare every address.",
        footer = {"", "Exit code 0 only when every observed value is the expected one."})
final class DemoCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "SCENARIO",
            defaultValue = "east-west",
            description = "east-west (default), north-south or all.")
    private String scenario = "east-west";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json.")
    private String output = "table";

    @Option(
            names = "--ip-family",
            paramLabel = "FAMILY",
            defaultValue = "ipv4",
            description = "ipv4 (default), ipv6 or dual; the calls are of the primary one, which is IPv4 in dual.")
    private IpFamily family = IpFamily.IPV4;

    @Option(names = "--inside", hidden = true)
    private boolean inside;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        Demo.Scenario chosen = Demo.Scenario.of(scenario);
        Home home = Home.of(System.getenv());
        if (!inside) {
            return Demo.runInNamespace(home, chosen, family, output, err);
        }
        List<Check> checks = Demo.run(home, chosen, family, err);
        PrintWriter out = spec.commandLine().getOut();
        out.print(output.equals("json") ? Demo.json(checks) : Demo.table(checks));
        out.flush();
        return checks.stream().allMatch(Check::good) ? 0 : Failure.NOT_SO;
    }
}
