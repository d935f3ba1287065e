package io.hyaline.proxy.bootstrap;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Reads an Envoy v3 bootstrap, YAML or JSON. Unknown fields and types are errors. */
public final class BootstrapFile {

    private BootstrapFile() {}

    /** Reads a file; refuses with a message that names it. */
    public static Bootstrap read(Path file) throws BootstrapException {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new BootstrapException("cannot read " + file + ": " + e.getMessage(), e);
        } catch (BootstrapException e) {
            throw new BootstrapException(file + ": " + e.getMessage(), e);
        }
    }

    /** Parses YAML, of which JSON is a part. */
    public static Bootstrap parse(String text) throws BootstrapException {
        Object tree = YamlTree.load(text);
        Set<Descriptor> types = TypeNames.in(tree);
        JsonFormat.TypeRegistry registry =
                JsonFormat.TypeRegistry.newBuilder().add(types).build();
        try {
            Bootstrap.Builder builder = Bootstrap.newBuilder();
            JsonFormat.parser().usingTypeRegistry(registry).merge(YamlTree.json(tree), builder);
            return builder.build();
        } catch (InvalidProtocolBufferException e) {
            throw new BootstrapException("is not an Envoy v3 bootstrap: " + e.getMessage(), e);
        }
    }
}
