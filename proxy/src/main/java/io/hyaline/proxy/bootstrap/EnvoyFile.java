package io.hyaline.proxy.bootstrap;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StderrAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StdoutAccessLog;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.listener.http_inspector.v3.HttpInspector;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.envoyproxy.envoy.extensions.filters.listener.original_src.v3.OriginalSrc;
import io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads Envoy's messages from the JSON and YAML files that Envoy itself reads. */
public final class EnvoyFile {

    private static final long SIZE_LIMIT_BYTES = 64L * 1024 * 1024;

    /** The types that a file may hold as typed_config; made when the first file is read (0.1 s). */
    private static final class Types {

        static final TypeRegistry KNOWN = TypeRegistry.newBuilder().add(types()).build();

        private static List<Descriptor> types() {
            return List.of(
                    Cluster.getDescriptor(),
                    ClusterLoadAssignment.getDescriptor(),
                    Listener.getDescriptor(),
                    RouteConfiguration.getDescriptor(),
                    Secret.getDescriptor(),
                    HttpConnectionManager.getDescriptor(),
                    TcpProxy.getDescriptor(),
                    Router.getDescriptor(),
                    Cors.getDescriptor(),
                    HTTPFault.getDescriptor(),
                    io.envoyproxy.envoy.extensions.filters.http.grpc_stats.v3.FilterConfig.getDescriptor(),
                    OriginalDst.getDescriptor(),
                    OriginalSrc.getDescriptor(),
                    TlsInspector.getDescriptor(),
                    HttpInspector.getDescriptor(),
                    ProxyProtocol.getDescriptor(),
                    FileAccessLog.getDescriptor(),
                    StdoutAccessLog.getDescriptor(),
                    StderrAccessLog.getDescriptor(),
                    UpstreamTlsContext.getDescriptor(),
                    DownstreamTlsContext.getDescriptor(),
                    RawBuffer.getDescriptor(),
                    ProxyProtocolUpstreamTransport.getDescriptor(),
                    HttpProtocolOptions.getDescriptor());
        }
    }

    private EnvoyFile() {}

    /** Does now what the first file would have to wait for. */
    public static void prepare() {
        Types.KNOWN.find(Secret.getDescriptor().getFullName());
    }

    /** A bootstrap; refused with a message that names the file and the place. */
    public static Bootstrap bootstrap(Path file) throws IOException {
        return read(file, Bootstrap.newBuilder()).build();
    }

    /**
     * Fills {@code message} from {@code file}.
     *
     * @throws IllegalArgumentException naming the file and the place that cannot be understood
     */
    public static <B extends Message.Builder> B read(Path file, B message) throws IOException {
        if (Files.size(file) > SIZE_LIMIT_BYTES) {
            throw new IllegalArgumentException(file + ": larger than " + SIZE_LIMIT_BYTES + " bytes");
        }
        String text = Files.readString(file);
        String json =
                file.toString().endsWith(".json") || text.stripLeading().startsWith("{") ? text : ofYaml(file, text);
        try {
            JsonFormat.parser().usingTypeRegistry(Types.KNOWN).merge(json, message);
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    private static String ofYaml(Path file, String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setCodePointLimit((int) SIZE_LIMIT_BYTES);
        try {
            Object tree = new Yaml(new SafeConstructor(options)).load(text);
            Gson gson = new GsonBuilder().serializeNulls().create();
            return gson.toJson(tree);
        } catch (YAMLException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }
}
