package io.hyaline.proxy.bootstrap;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.GeneratedMessage;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Finds the classes behind the {@code @type}s that a document uses: loading all of Envoy's would take half a second. */
final class TypeNames {

    private TypeNames() {}

    static Set<Descriptor> in(Object tree) throws BootstrapException {
        Set<Descriptor> types = new HashSet<>();
        collect(tree, types);
        return types;
    }

    private static void collect(@org.jspecify.annotations.Nullable Object node, Set<Descriptor> types)
            throws BootstrapException {
        if (node instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if ("@type".equals(entry.getKey()) && entry.getValue() instanceof String url) {
                    types.add(descriptor(url));
                } else {
                    collect(entry.getValue(), types);
                }
            }
        } else if (node instanceof Iterable<?> list) {
            for (Object each : list) {
                collect(each, types);
            }
        }
    }

    /** The descriptor of a type URL such as {@code type.googleapis.com/envoy.config.listener.v3.Listener}. */
    static Descriptor descriptor(String url) throws BootstrapException {
        String name = url.substring(url.lastIndexOf('/') + 1);
        String className = className(name);
        try {
            Class<?> type = Class.forName(className);
            if (GeneratedMessage.class.isAssignableFrom(type)
                    && type.getMethod("getDescriptor").invoke(null) instanceof Descriptor descriptor) {
                return descriptor;
            }
        } catch (ReflectiveOperationException e) {
            throw new BootstrapException("type " + url + " is not known", e);
        }
        throw new BootstrapException("type " + url + " is not known");
    }

    private static String className(String name) {
        if (name.startsWith("google.protobuf.")) {
            return "com." + name;
        }
        return name.startsWith("envoy.") ? "io.envoyproxy." + name : "com.github." + name;
    }
}
