package io.hyaline.cli;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.hyaline.cli.cluster.Home;
import io.hyaline.cli.cluster.UpDown;
import io.hyaline.cli.exit.Failure;
import io.hyaline.objects.Kube;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Tell whether the cluster is up, and what runs in it.",
        footer = {"", "Exit code 1 when no cluster is up."})
final class StatusCommand implements Callable<Integer> {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json.")
    private String output = "table";

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Home home = Home.of(System.getenv());
        PrintWriter out = spec.commandLine().getOut();
        boolean up = new UpDown(home, spec.commandLine().getErr()).isUp();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("up", up);
        status.put("home", home.root().toString());
        if (up) {
            status.put("kubeconfig", home.kubeconfig().toString());
            try (KubernetesClient client = Kube.connect(home.kubeconfig())) {
                status.put("nodes", nodes(client.nodes().list().getItems()));
                status.put("pods", pods(client.pods().inAnyNamespace().list().getItems()));
            }
        }
        if (output.equals("json")) {
            out.println(JsonMapper.builder()
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(status));
        } else {
            status.forEach((key, value) -> out.printf("%-12s %s%n", key, value));
        }
        out.flush();
        return up ? 0 : Failure.NOT_SO;
    }

    private static String nodes(List<Node> nodes) {
        long ready = nodes.stream().filter(StatusCommand::isReady).count();
        return ready + " of " + nodes.size() + " ready";
    }

    private static boolean isReady(Node node) {
        return node.getStatus() != null
                && node.getStatus().getConditions().stream()
                        .anyMatch(c ->
                                c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    private static String pods(List<Pod> pods) {
        long running = pods.stream()
                .filter(p ->
                        p.getStatus() != null && "Running".equals(p.getStatus().getPhase()))
                .count();
        return running + " of " + pods.size() + " running";
    }
}
