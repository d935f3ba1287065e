package io.hyaline.cli.demo;

import io.hyaline.cli.cluster.Home;
import io.hyaline.linux.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The connection tables of the nodes' kernels. */
final class NodeTables {

    private final String control;

    NodeTables(Home home) {
        this.control = "--node-socket\0" + home.run() + "/";
    }

    /** Whom the answers of {@code client}'s open connection to port {@code port} are sent to. */
    String answersTo(String client, int port) {
        List<String> found = new ArrayList<>();
        for (long proxy : proxies()) {
            Command.of(List.of(
                            "nsenter",
                            "--net=/proc/" + proxy + "/ns/net",
                            "conntrack",
                            "-L",
                            "-p",
                            "tcp",
                            "--orig-src",
                            client,
                            "--orig-port-dst",
                            String.valueOf(port)))
                    .run()
                    .output()
                    .lines()
                    .filter(l -> l.contains(" ESTABLISHED "))
                    .forEach(l -> found.add(replyDestination(l)));
        }
        return found.isEmpty() ? "(no open connection of " + client + ")" : String.join(", ", found);
    }

    /** An entry has the addresses of both directions, in this order. */
    private static String replyDestination(String entry) {
        String last = "";
        for (String word : entry.split("\\s+")) {
            last = word.startsWith("dst=") ? word.substring(4) : last;
        }
        return last;
    }

    /** Each node's proxy runs in its node's network namespace. */
    private List<Long> proxies() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> commandLine(pid).contains(control))
                .toList();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"));
        } catch (IOException e) {
            return "";
        }
    }
}
