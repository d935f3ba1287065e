package io.hyaline.proxy.bootstrap;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** YAML to JSON text, bounded, without dates and base-60 numbers. */
final class YamlTree {

    private static final int MAX_CODE_POINTS = 64 * 1024 * 1024;
    private static final int MAX_NODES = 2_000_000;

    private YamlTree() {}

    private static final class PlainResolver extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
            addImplicitResolver(
                    Tag.INT, java.util.regex.Pattern.compile("[-+]?(?:0|[1-9][0-9]*|0x[0-9a-fA-F]+)"), "-+0123456789");
            addImplicitResolver(Tag.FLOAT, FLOAT, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }

    static Object load(String text) throws BootstrapException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setCodePointLimit(MAX_CODE_POINTS);
        DumperOptions dumper = new DumperOptions();
        try {
            Object tree = new Yaml(
                            new SafeConstructor(options), new Representer(dumper), dumper, options, new PlainResolver())
                    .load(text);
            if (!(tree instanceof Map)) {
                throw new BootstrapException("is not a YAML or JSON object");
            }
            return tree;
        } catch (YAMLException e) {
            throw new BootstrapException("is not YAML: " + e.getMessage(), e);
        }
    }

    static String json(Object tree) throws BootstrapException {
        StringBuilder out = new StringBuilder();
        write(tree, out, 0);
        return out.toString();
    }

    private static int write(@Nullable Object node, StringBuilder out, int before) throws BootstrapException {
        int nodes = before + 1;
        if (nodes > MAX_NODES) {
            throw new BootstrapException("has more than " + MAX_NODES + " nodes");
        }
        if (node instanceof Map<?, ?> map) {
            String comma = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(comma);
                quote(String.valueOf(entry.getKey()), out);
                nodes = write(entry.getValue(), out.append(':'), nodes);
                comma = ",";
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (node instanceof Iterable<?> list) {
            String comma = "";
            out.append('[');
            for (Object each : list) {
                nodes = write(each, out.append(comma), nodes);
                comma = ",";
            }
            out.append(']');
        } else if (node == null || node instanceof Boolean || node instanceof Number) {
            out.append(node);
        } else {
            quote(node.toString(), out);
        }
        return nodes;
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
