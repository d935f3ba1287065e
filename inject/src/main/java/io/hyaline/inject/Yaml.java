package io.hyaline.inject;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.databind.JsonNode;

/** YAML as kubectl reads it: dates and sexagesimal numbers are text, a key that stands twice is refused. */
final class Yaml {

    private static final int MAX_CHARACTERS = 8 << 20;
    private static final int MAX_ALIASES = 50;
    private static final int MAX_DEPTH = 100;

    private Yaml() {}

    /** One document as a tree. */
    static JsonNode tree(String text) {
        try {
            return Tree.MAPPER.valueToTree(loader().load(text));
        } catch (YAMLException e) {
            throw new InjectException("not YAML: " + e.getMessage(), e);
        }
    }

    /** All documents of a manifest; empty ones are left out. */
    static List<JsonNode> documents(String text) {
        List<JsonNode> documents = new ArrayList<>();
        try {
            for (Object document : loader().loadAll(text)) {
                if (document != null) {
                    documents.add(Tree.MAPPER.valueToTree(document));
                }
            }
        } catch (YAMLException e) {
            throw new InjectException("not YAML: " + e.getMessage(), e);
        }
        return documents;
    }

    static String text(JsonNode tree) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(4096);
        options.setIndicatorIndent(0);
        options.setSplitLines(false);
        return new org.yaml.snakeyaml.Yaml(
                        new SafeConstructor(new LoaderOptions()), new Representer(options), options, new KubeResolver())
                .dump(Tree.MAPPER.treeToValue(tree, Object.class));
    }

    private static org.yaml.snakeyaml.Yaml loader() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setCodePointLimit(MAX_CHARACTERS);
        options.setMaxAliasesForCollections(MAX_ALIASES);
        options.setNestingDepthLimit(MAX_DEPTH);
        DumperOptions dumper = new DumperOptions();
        return new org.yaml.snakeyaml.Yaml(
                new SafeConstructor(options), new Representer(dumper), dumper, options, new KubeResolver());
    }

    private static final class KubeResolver extends Resolver {

        private static final Pattern INTEGER =
                Pattern.compile("[-+]?(?:0|[1-9][0-9_]*|0[0-7_]+|0x[0-9a-fA-F_]+|0b[01_]+)");
        private static final Pattern FLOAT =
                Pattern.compile("[-+]?(?:[0-9][0-9_]*\\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[0-9][0-9_]*[eE][-+]?[0-9]+"
                        + "|\\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?|\\.(?:inf|Inf|INF))|\\.(?:nan|NaN|NAN)");

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
            addImplicitResolver(Tag.INT, INTEGER, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, FLOAT, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }
}
