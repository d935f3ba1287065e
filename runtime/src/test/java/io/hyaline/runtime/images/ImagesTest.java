package io.hyaline.runtime.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagesTest {

    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource({
        "nginx, docker.io/library/nginx",
        "nginx:1.27, docker.io/library/nginx",
        "curlimages/curl@sha256:00, docker.io/curlimages/curl",
        "localhost:5000/a/b:tag, localhost:5000/a/b",
        "gcr.io/istio-release/proxyv2:1.30.0, gcr.io/istio-release/proxyv2"
    })
    void namesAreCompleted(String name, String repository) {
        assertThat(ImageName.parse(name).repository()).isEqualTo(repository);
    }

    @Test
    void proxyImagesOfAnyRegistryAreKnown() {
        assertThat(Images.in(home).pull("registry.example/istio/proxyv2:1.x").uid())
                .isEqualTo(1337);
    }

    @Test
    void aPersonsOwnEntriesComeFirst() throws IOException {
        Files.writeString(
                home.resolve("images.yaml"),
                "images: [{names: [busybox, \"example.com/*\"], command: [own], env: {A: \"{image}/x\"}}]");
        Images images = Images.in(home);
        assertThat(images.pull("busybox:1").entrypoint()).containsExactly("own");
        assertThat(images.pull("example.com/any/thing").env()).containsEntry("A", home + "/images/busybox/x");
    }

    @Test
    void unknownImagesAndMistakesAreExplained() throws IOException {
        assertThatThrownBy(() -> Images.in(home).pull("nowhere/nothing"))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("nowhere/nothing")
                .hasMessageContaining(home.resolve("images.yaml").toString());
        Files.writeString(home.resolve("images.yaml"), "images: [{names: [a], comand: [b]}]");
        assertThatThrownBy(() -> Images.in(home)).hasMessageContaining("unknown field comand");
    }
}
