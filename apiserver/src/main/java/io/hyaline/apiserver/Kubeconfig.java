package io.hyaline.apiserver;

import io.hyaline.apiserver.auth.Certificates.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/** The file with which kubectl finds the server and proves who it is. */
final class Kubeconfig {
    private Kubeconfig() {}

    static void write(Path file, String server, String caPem, Identity client) throws IOException {
        String text = """
                apiVersion: v1
                kind: Config
                clusters:
                - name: hyaline
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                users:
                - name: kubernetes-admin
                  user:
                    client-certificate-data: %s
                    client-key-data: %s
                contexts:
                - name: hyaline
                  context:
                    cluster: hyaline
                    user: kubernetes-admin
                    namespace: default
                current-context: hyaline
                """.formatted(server, base64(caPem), base64(client.certificatePem()), base64(client.keyPem()));
        Path directory = file.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path draft = Files.createTempFile(
                directory,
                "kubeconfig",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(draft, text);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
