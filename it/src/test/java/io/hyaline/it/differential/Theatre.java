package io.hyaline.it.differential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The stages of a run: one for each bootstrap and proxy, opened when the first case needs it and shared from then on. */
final class Theatre implements AutoCloseable {

    private static final Path SOURCES = Product.ROOT.resolve("it/src/test/differential");

    /** How Hyaline's last line begins when it does not take a bootstrap; anything else is a crash. */
    private static final String REFUSAL = "hyaline proxy: ";

    private final Path directory;
    private final Certificates certificates;
    private final Map<String, Stage> stages = new LinkedHashMap<>();
    private final Map<String, IOException> failures = new LinkedHashMap<>();
    private final Map<String, Transcript> oracle = new LinkedHashMap<>();

    Theatre(Path directory) throws IOException {
        this.directory = directory;
        this.certificates = Certificates.make(directory.resolve("certificates"));
    }

    /** What Envoy makes of a case, played once. */
    Transcript oracle(Case c) throws IOException {
        Transcript transcript = oracle.get(c.name());
        if (transcript == null) {
            transcript = play(c, "oracle", Product.ENVOY, 0);
            oracle.put(c.name(), transcript);
        }
        return transcript;
    }

    Transcript play(Case c, Product product) throws IOException {
        return play(c, product.name().toLowerCase(), product, oracle(c).logLines());
    }

    /** Plays a case and leaves the transcript in a file, for whoever writes cases. */
    private Transcript play(Case c, String role, Product product, int expectedLines) throws IOException {
        Transcript transcript = transcript(c, role, product, expectedLines);
        Path file = directory.resolve(role).resolve("transcripts").resolve(c.name() + ".txt");
        Files.createDirectories(file.getParent());
        Files.writeString(file, transcript.toString());
        return transcript;
    }

    /** A proxy that refuses the bootstrap is an outcome as well, and may be listed as a difference. */
    private Transcript transcript(Case c, String role, Product product, int expectedLines) throws IOException {
        Stage stage;
        try {
            stage = stage(c, role, product);
        } catch (ProxyProcess.Ended e) {
            String lastLine = e.getMessage().substring(e.getMessage().lastIndexOf('\n') + 1);
            if (product == Product.ENVOY || !lastLine.startsWith(REFUSAL)) {
                throw e;
            }
            Transcript refused = new Transcript(new Mask(Map.of(), ""));
            refused.put(Transcript.START, lastLine);
            return refused;
        }
        return stage.play(c, expectedLines);
    }

    private Stage stage(Case c, String role, Product product) throws IOException {
        String key = role + "/" + c.bootstrap();
        IOException failure = failures.get(key);
        if (failure != null) {
            throw failure;
        }
        Stage stage = stages.get(key);
        if (stage != null) {
            return stage;
        }
        try {
            Path file = SOURCES.resolve("bootstraps").resolve(c.bootstrap() + ".yaml");
            stage = new Stage(file, product, directory.resolve(key), certificates);
            stages.put(key, stage);
            return stage;
        } catch (IOException e) {
            failures.put(key, e);
            throw e;
        }
    }

    /** The lines that the processes of a product wrote to their standard output and error. */
    List<String> outputs(Product product) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String key : stages.keySet()) {
            if (key.startsWith(product.name().toLowerCase() + "/")) {
                lines.addAll(Files.readAllLines(directory.resolve(key).resolve("output.log")));
            }
        }
        return lines;
    }

    @Override
    public void close() throws IOException {
        for (Stage stage : stages.values()) {
            stage.close();
        }
    }
}
