package io.hyaline.cli.cluster;

import io.hyaline.cli.exit.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a cluster needs of the machine, checked before anything is begun. */
final class Tools {

    private static final Map<String, String> PACKAGE_OF = new LinkedHashMap<>();

    static {
        PACKAGE_OF.put("ip", "iproute2");
        PACKAGE_OF.put("nft", "nftables");
        PACKAGE_OF.put("unshare", "util-linux");
        PACKAGE_OF.put("nsenter", "util-linux");
        PACKAGE_OF.put("setpriv", "util-linux");
        PACKAGE_OF.put("mount", "mount");
        PACKAGE_OF.put("netstat", "net-tools");
        PACKAGE_OF.put("conntrack", "conntrack");
        PACKAGE_OF.put("curl", "curl");
        PACKAGE_OF.put("python3", "python3");
    }

    private static final List<String> EXTRA = List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

    private Tools() {}

    static void require() {
        Set<String> packages = new TreeSet<>();
        Set<String> tools = new TreeSet<>();
        PACKAGE_OF.forEach((tool, name) -> {
            if (find(tool) == null) {
                tools.add(tool);
                packages.add(name);
            }
        });
        if (!tools.isEmpty()) {
            throw new Failure(
                    Failure.USAGE,
                    "missing on this machine: " + String.join(", ", tools) + "; on Debian: apt-get install "
                            + String.join(" ", packages) + " (make deps does it)");
        }
    }

    static @Nullable Path find(String tool) {
        String path = System.getenv().getOrDefault("PATH", "") + ":" + String.join(":", EXTRA);
        for (String directory : path.split(":")) {
            Path candidate = Path.of(directory.isEmpty() ? "." : directory, tool);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        return null;
    }
}
