package io.hyaline.runtime.probes;

import io.fabric8.kubernetes.api.model.ExecAction;
import io.fabric8.kubernetes.api.model.GRPCAction;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.hyaline.linux.Command;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.runtime.net.Ip;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Carries single tries out. Sockets are opened in the node's network namespace and used by the caller's thread. */
public final class Checks {

    private final NamespaceThread thread;
    private final NetNs node;

    public Checks(NamespaceThread thread, NetNs node) {
        this.thread = thread;
        this.node = node;
    }

    Verdict http(HTTPGetAction action, Target target, int timeoutSeconds) {
        String host = action.getHost() == null || action.getHost().isEmpty() ? target.address() : action.getHost();
        int port = target.port(action.getPort());
        try (Socket socket = connect(host, port, timeoutSeconds)) {
            int status = HttpGet.status(socket, action, Ip.target(host, port));
            return status >= 200 && status < 400
                    ? Verdict.GOOD
                    : Verdict.bad("HTTP probe failed with statuscode: " + status);
        } catch (IOException e) {
            return Verdict.bad("Get \"http://" + Ip.target(host, port) + action.getPath() + "\": " + e.getMessage());
        }
    }

    Verdict tcp(String host, IntOrString namedPort, Target target, int timeoutSeconds) {
        String to = host.isEmpty() ? target.address() : host;
        int port = target.port(namedPort);
        try (Socket socket = connect(to, port, timeoutSeconds)) {
            return socket.isConnected() ? Verdict.GOOD : Verdict.bad("not connected");
        } catch (IOException e) {
            return Verdict.bad("dial tcp " + Ip.target(to, port) + ": " + e.getMessage());
        }
    }

    Verdict grpc(GRPCAction action, Target target, int timeoutSeconds) {
        try (Socket socket = connect(target.address(), action.getPort(), timeoutSeconds)) {
            String service = action.getService() == null ? "" : action.getService();
            return GrpcHealth.check(socket, service)
                    ? Verdict.GOOD
                    : Verdict.bad("service '" + service + "' is not SERVING");
        } catch (IOException e) {
            return Verdict.bad("gRPC health check of port " + action.getPort() + ": " + e.getMessage());
        }
    }

    Verdict exec(ExecAction action, Target target, int timeoutSeconds) {
        List<String> argv = new ArrayList<>(target.entry().get());
        argv.addAll(action.getCommand());
        Command.Result result = Command.of(argv).withTimeout(timeoutSeconds).run();
        return result.exitCode() == 0
                ? Verdict.GOOD
                : Verdict.bad("command " + action.getCommand() + " ended with " + result.exitCode() + ": "
                        + result.output().strip());
    }

    private Socket connect(String host, int port, int timeoutSeconds) throws IOException {
        InetSocketAddress to = new InetSocketAddress(host, port);
        ProtocolFamily family = to.isUnresolved()
                ? StandardProtocolFamily.INET
                : Ip.of(to.getAddress()).protocol();
        SocketChannel channel = thread.call(node, () -> SocketChannel.open(family));
        try {
            Socket socket = channel.socket();
            socket.setSoTimeout(timeoutSeconds * 1000);
            socket.connect(to, timeoutSeconds * 1000);
            return socket;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
