package io.hyaline.it.generated;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.hyaline.pilot.json.EnvoyJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The pilot's golden files, read back as the messages that they are. */
record GoldenMessages(List<Message> messages, TreeSet<String> secrets) {
    private static final Path ROOT = Path.of("..", "pilot", "src", "test", "golden");
    private static final Pattern SECRET = Pattern.compile("(?m)^secret (.*)$");

    static List<Path> files() {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(
                            f -> f.toString().endsWith(".json") || f.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static GoldenMessages read(Path file) throws IOException {
        List<Message> messages = new ArrayList<>();
        String text = Files.readString(file);
        for (String part : text.split("(?m)^}$")) {
            if (part.stripLeading().startsWith("{")) {
                messages.add(message(part + "}"));
            }
        }
        TreeSet<String> secrets = new TreeSet<>();
        Matcher matcher = SECRET.matcher(text);
        while (matcher.find()) {
            secrets.add(matcher.group(1));
        }
        return new GoldenMessages(messages, secrets);
    }

    private static Message message(String json) throws InvalidProtocolBufferException {
        Message.Builder builder;
        if (json.contains("\n  \"virtual_hosts\"")) {
            builder = RouteConfiguration.newBuilder();
        } else if (json.contains("\n  \"cluster_name\"")) {
            builder = ClusterLoadAssignment.newBuilder();
        } else if (json.contains("\n  \"address\"")) {
            builder = Listener.newBuilder();
        } else {
            builder = Cluster.newBuilder();
        }
        EnvoyJson.parse(json, builder);
        return builder.build();
    }
}
