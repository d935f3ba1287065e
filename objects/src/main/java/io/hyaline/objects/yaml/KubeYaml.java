package io.hyaline.objects.yaml;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** YAML 1.1 without dates and base-60 numbers, several documents in one text, bounded in every direction. */
public final class KubeYaml {
    private static final int MOST_CHARACTERS = 16 * 1024 * 1024;
    private static final int MOST_NODES = 500_000;
    private static final int DEEPEST = 100;

    private KubeYaml() {}

    /** Every document that is not empty, as maps, lists and scalars. */
    public static List<Object> documents(String text) {
        List<Object> documents = new ArrayList<>();
        int number = 0;
        try {
            for (Object document : yaml().loadAll(text)) {
                number++;
                if (document != null) {
                    documents.add(new Copy().of(document, 0));
                }
            }
        } catch (YAMLException e) {
            throw new IllegalArgumentException("document " + (number + 1) + " is not YAML: " + e.getMessage(), e);
        }
        return documents;
    }

    /** Every document as a Kubernetes object; a List's items are taken out of it. */
    public static List<GenericKubernetesResource> objects(String text) {
        KubernetesSerialization serialization = new KubernetesSerialization();
        List<GenericKubernetesResource> objects = new ArrayList<>();
        for (Object document : documents(text)) {
            addObjects(document, objects, serialization);
        }
        return objects;
    }

    private static void addObjects(
            Object document, List<GenericKubernetesResource> objects, KubernetesSerialization serialization) {
        if (!(document instanceof Map<?, ?> map) || !(map.get("kind") instanceof String kind)) {
            throw new IllegalArgumentException("not a Kubernetes object: it has no kind");
        }
        if (kind.equals("List") && map.get("items") instanceof List<?> items) {
            items.forEach(item -> addObjects(item, objects, serialization));
            return;
        }
        objects.add(serialization.convertValue(document, GenericKubernetesResource.class));
    }

    private static Yaml yaml() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(true); // the last one counts, as in kubectl
        options.setCodePointLimit(MOST_CHARACTERS);
        options.setNestingDepthLimit(DEEPEST);
        options.setMaxAliasesForCollections(1000);
        DumperOptions dumping = new DumperOptions();
        return new Yaml(new Values(options), new Representer(dumping), dumping, options, new Scalars());
    }

    /** Which plain scalars are numbers, booleans and nulls. */
    private static final class Scalars extends Resolver {
        private static final Pattern INTEGERS = Pattern.compile("^(?:[-+]?0b_*[0-1][0-1_]*"
                + "|[-+]?0o?_*[0-7][0-7_]*|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x_*[0-9a-fA-F][0-9a-fA-F_]*)$");
        private static final Pattern FLOATS = Pattern.compile("^(?:[-+]?(?:[0-9][0-9_]*)\\.[0-9_]*(?:[eE][-+]?[0-9]+)?"
                + "|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|\\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?"
                + "|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$");

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
            addImplicitResolver(Tag.INT, INTEGERS, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, FLOATS, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }

    /** Adds {@code 0o17}, which YAML 1.1 does not know and kubectl does. */
    private static final class Values extends SafeConstructor {
        Values(LoaderOptions options) {
            super(options);
            yamlConstructors.put(Tag.INT, new ConstructYamlInt() {
                @Override
                public Object construct(Node node) {
                    String text = ((ScalarNode) node).getValue();
                    boolean octal = text.startsWith("0o");
                    return octal ? Long.valueOf(text.substring(2).replace("_", ""), 8) : super.construct(node);
                }
            });
        }
    }

    /** A tree of its own for every alias, up to a bound: a few lines of aliases can mean millions of nodes. */
    private static final class Copy {
        private int nodes;

        Object of(Object value, int depth) {
            if (depth > DEEPEST) {
                throw new IllegalArgumentException("the document is nested deeper than " + DEEPEST + " levels");
            }
            if (++nodes > MOST_NODES) {
                throw new IllegalArgumentException("the document has more than " + MOST_NODES + " values");
            }
            return switch (value) {
                case Map<?, ?> map -> {
                    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
                    map.forEach((k, v) -> copy.put(String.valueOf(k), v == null ? null : of(v, depth + 1)));
                    yield copy;
                }
                case List<?> list -> {
                    List<@Nullable Object> copy = new ArrayList<>();
                    list.forEach(v -> copy.add(v == null ? null : of(v, depth + 1)));
                    yield copy;
                }
                default -> value;
            };
        }
    }
}
