package io.hyaline.it.differential;

import io.hyaline.it.differential.Case.Difference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads case files. Sections are separated by lines of ten dashes and a name; before the first one stands the description.
 *
 * <pre>
 * proxy        bootstrap NAME          a file of it/src/test/differential/bootstraps
 *              listener NAME           of that bootstrap
 * client       &gt; text                  bytes and CRLF; consecutive lines leave in one write; escapes \r \n \t \\ \xNN
 *              | text                  bytes alone
 *              fill N text             text repeated up to N bytes
 *              chunks N SIZE           N chunks of SIZE bytes each, without the last chunk
 *              connect NAME [to LISTENER] [from ADDRESS] [tls CERTIFICATE] [sni NAME] [http2 SETTINGS] [manner pieces|deaf]
 *                                      (connection "a" opens by itself; SETTINGS are default, or id=value,...)
 *              on NAME                 go on with that connection
 *              answer | answer head | answer start | answer upgrade | interim
 *              h2 LINE                 HTTP/2; STREAM is a number, or "this" upstream:
 *                headers STREAM [end] name=value...  (\s is a blank, fill:N is long) | data STREAM [end] TEXT or fill N
 *                rst STREAM CODE | goaway STREAM|before|all CODE | window STREAM N | settings ID=V,... | ping | hold
 *                frame TYPE FLAGS STREAM HEX | head STREAM | got STREAM N | over STREAM | reset STREAM | goodbye
 *                pinged N | mute (answers no ping) | show (compares the peer's SETTINGS) | gone (waits for the end of the connection)
 *              bytes N | eof | finish | close | reset | await SIGNAL | signal SIGNAL | fence | listen
 * upstream [SERVER]   (speaks HTTP/2 to who does; "h2 preface SETTINGS" in the first exchange is for the connection) the same sends, and: request | head | accept; "then" separates exchanges, the last one repeats
 * difference   FIELD REASON            FIELD is a glob over the transcript's fields
 * </pre>
 *
 * The upstream signals {@code accept N}, {@code head N} and {@code request N} by itself.
 */
final class CaseFile {

    private static final Pattern SECTION = Pattern.compile("-{10} (proxy|client|upstream|difference)(?: (\\w+))?");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(r|n|t|\\\\|x[0-9a-fA-F]{2})");

    private CaseFile() {}

    static List<Case> all(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Case> cases = new ArrayList<>();
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".case")).sorted().toList()) {
                String name = directory.relativize(file).toString();
                cases.add(parse(name.substring(0, name.length() - ".case".length()), Files.readString(file)));
            }
            return List.copyOf(cases);
        }
    }

    static Case parse(String name, String text) {
        Map<String, List<String>> sections = sections(text);
        Map<String, List<List<Step>>> upstreams = new LinkedHashMap<>();
        sections.forEach((title, lines) -> {
            if (title.startsWith("upstream")) {
                String server = title.equals("upstream") ? title : title.substring("upstream ".length());
                upstreams.put(server, exchanges(name, lines));
            }
        });
        return new Case(
                name,
                String.join(" ", sections.getOrDefault("", List.of())).strip(),
                setting(name, sections, "bootstrap"),
                setting(name, sections, "listener"),
                steps(name, sections.getOrDefault("client", List.of())),
                upstreams,
                sections.getOrDefault("difference", List.of()).stream()
                        .filter(l -> !l.isBlank())
                        .map(l -> difference(name, l))
                        .toList(),
                text);
    }

    private static Map<String, List<String>> sections(String text) {
        Map<String, List<String>> sections = new LinkedHashMap<>();
        List<String> current = sections.computeIfAbsent("", _ -> new ArrayList<>());
        for (String line : text.lines().toList()) {
            Matcher m = SECTION.matcher(line);
            if (m.matches()) {
                String title = m.group(2) == null ? m.group(1) : m.group(1) + " " + m.group(2);
                current = sections.computeIfAbsent(title, _ -> new ArrayList<>());
            } else if (!line.startsWith("#")) {
                current.add(line);
            }
        }
        return sections;
    }

    private static String setting(String name, Map<String, List<String>> sections, String key) {
        return sections.getOrDefault("proxy", List.of()).stream()
                .filter(l -> l.startsWith(key + " "))
                .map(l -> l.substring(key.length() + 1).strip())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + ": section proxy lacks '" + key + " NAME'"));
    }

    private static Difference difference(String name, String line) {
        String[] parts = line.split(" ", 2);
        if (parts.length < 2) {
            throw new IllegalArgumentException(name + ": a difference needs a field and a reason, not '" + line + "'");
        }
        return new Difference(parts[0], parts[1].strip());
    }

    private static List<List<Step>> exchanges(String name, List<String> lines) {
        List<List<Step>> exchanges = new ArrayList<>();
        List<String> current = new ArrayList<>();
        for (String line : lines) {
            if (line.equals("then")) {
                exchanges.add(exchange(name, current));
                current = new ArrayList<>();
            } else {
                current.add(line);
            }
        }
        exchanges.add(exchange(name, current));
        return exchanges;
    }

    /** An exchange that says nothing of what it waits for waits for a whole request. */
    private static List<Step> exchange(String name, List<String> lines) {
        List<Step> steps = new ArrayList<>(steps(name, lines));
        boolean waits = steps.stream()
                .dropWhile(s -> s instanceof Step.Http2)
                .limit(1)
                .anyMatch(s -> s instanceof Step.Request || s instanceof Step.Accept);
        if (!waits) {
            steps.addFirst(new Step.Request(true));
        }
        return List.copyOf(steps);
    }

    private static List<Step> steps(String name, List<String> lines) {
        List<Step> steps = new ArrayList<>();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String line : lines) {
            byte[] data = bytesOf(line);
            if (data != null) {
                bytes.writeBytes(data);
            } else if (!line.isBlank()) {
                flush(bytes, steps);
                steps.add(command(name, line.strip().split("\\s+")));
            }
        }
        flush(bytes, steps);
        return List.copyOf(steps);
    }

    private static void flush(ByteArrayOutputStream bytes, List<Step> steps) {
        if (bytes.size() > 0) {
            steps.add(new Step.Send(bytes.toByteArray()));
            bytes.reset();
        }
    }

    /** The bytes that a line stands for, or null when it is a command. */
    private static byte[] bytesOf(String line) {
        String[] words = line.split(" ", 3);
        return switch (words[0]) {
            case ">" -> unescape(rest(line) + "\\r\\n");
            case "|" -> unescape(rest(line));
            case "fill" -> {
                int count = Integer.parseInt(words[1]);
                yield unescape(words[2].repeat(count / words[2].length() + 1).substring(0, count));
            }
            case "chunks" -> {
                int size = Integer.parseInt(words[2]);
                String chunk = Integer.toHexString(size) + "\\r\\n" + "c".repeat(size) + "\\r\\n";
                yield unescape(chunk.repeat(Integer.parseInt(words[1])));
            }
            default -> null;
        };
    }

    private static String rest(String line) {
        return line.length() > 2 ? line.substring(2) : "";
    }

    private static byte[] unescape(String text) {
        Matcher m = ESCAPE.matcher(text);
        String raw = m.replaceAll(found -> Matcher.quoteReplacement(
                switch (found.group(1)) {
                    case "r" -> "\r";
                    case "n" -> "\n";
                    case "t" -> "\t";
                    case "\\" -> "\\";
                    default ->
                        String.valueOf((char) Integer.parseInt(found.group(1).substring(1), 16));
                }));
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Step command(String name, String[] words) {
        String argument = words.length > 1 ? String.join(" ", List.of(words).subList(1, words.length)) : "";
        return switch (words[0]) {
            case "connect" -> connect(words);
            case "on" -> new Step.On(argument);
            case "answer" ->
                new Step.Answer(argument.isEmpty() ? Step.Kind.WHOLE : Step.Kind.valueOf(argument.toUpperCase()));
            case "interim" -> new Step.Answer(Step.Kind.INTERIM);
            case "request" -> new Step.Request(true);
            case "head" -> new Step.Request(false);
            case "accept" -> new Step.Accept();
            case "bytes" -> new Step.Bytes(Integer.parseInt(argument));
            case "eof" -> new Step.Eof();
            case "finish" -> new Step.Finish();
            case "close" -> new Step.Close();
            case "reset" -> new Step.Reset();
            case "await" -> new Step.Await(argument);
            case "signal" -> new Step.Signal(argument);
            case "fence" -> new Step.Fence();
            case "listen" -> new Step.Listen();
            case "h2" -> new Step.Http2(List.of(words).subList(1, words.length));
            default -> throw new IllegalArgumentException(name + ": no step is called '" + words[0] + "'");
        };
    }

    private static Step connect(String[] words) {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 2; i + 1 < words.length; i += 2) {
            options.put(words[i], words[i + 1]);
        }
        Optional<String> serverName = Optional.ofNullable(options.get("sni"));
        return new Step.Connect(
                words[1],
                options.getOrDefault("to", ""),
                options.getOrDefault("from", "127.0.0.1"),
                Optional.ofNullable(options.get("tls")).map(c -> new Step.Tls(c, serverName)),
                Optional.ofNullable(options.get("http2")),
                Step.Manner.valueOf(options.getOrDefault("manner", "usual").toUpperCase()));
    }
}
