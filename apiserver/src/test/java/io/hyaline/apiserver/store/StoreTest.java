package io.hyaline.apiserver.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.store.Write.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

final class StoreTest {
    private static final StoreLimits SMALL = new StoreLimits(3, 1 << 20, 16, 64);

    @TempDir
    Path directory;

    private Store store;

    @BeforeEach
    void open() {
        store = Store.open(directory.resolve("objects.db"), SMALL);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void writesOnlyOverTheExpectedRevision() {
        Stored first = put("a", 0, "1");
        assertThat(store.write(write("a", 0, "2"))).isInstanceOf(Result.Exists.class);
        assertThat(store.write(write("a", first.revision() + 5, "2"))).isInstanceOf(Result.Stale.class);
        assertThat(store.write(write("b", 7, "2"))).isInstanceOf(Result.Missing.class);
        Stored second = put("a", first.revision(), "2");
        assertThat(second.revision()).isGreaterThan(first.revision());
        assertThat(Json.string(second.object(), "metadata", "resourceVersion"))
                .isEqualTo(Long.toString(second.revision()));
    }

    @Test
    void concurrentWritersOfOneObjectNeverLoseAnUpdate() throws Exception {
        put("counter", 0, "0");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Void>> all = IntStream.range(0, 8)
                    .mapToObj(_ -> CompletableFuture.runAsync(this::countOnce, threads))
                    .toList();
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
        }
        assertThat(value("counter")).isEqualTo("8");
    }

    private void countOnce() {
        while (true) {
            Stored now = store.get(key("counter"));
            String next = Integer.toString(Integer.parseInt(Json.string(now.object(), "value")) + 1);
            if (store.write(write("counter", now.revision(), next)) instanceof Result.Done) {
                return;
            }
        }
    }

    @Test
    void everythingIsThereAfterReopening() {
        put("kept", 0, "1");
        Stored gone = put("gone", 0, "1");
        store.write(new Write(key("gone"), gone.revision(), null));
        long revision = store.revision();
        store.close();
        store = Store.open(directory.resolve("objects.db"), SMALL);
        assertThat(store.revision()).isEqualTo(revision);
        assertThat(value("kept")).isEqualTo("1");
        assertThat(store.get(key("gone"))).isNull();
    }

    @Test
    void listsAsItWasAtAnEarlierRevision() throws Exception {
        Stored a = put("a", 0, "old");
        long then = put("b", 0, "b").revision();
        put("a", a.revision(), "new");
        put("c", 0, "c");
        assertThat(store.listAt("things", "ns", then).objects())
                .extracting(one -> Json.string(one.object(), "value"))
                .containsExactly("old", "b");
        assertThat(store.list("things", "other").objects()).isEmpty();
    }

    @Test
    void oldRevisionsReadAsTheyWere() throws Exception {
        store.close();
        store = Store.open(directory.resolve("long.db"), new StoreLimits(1000, 1 << 20, 16, 64));
        Stored first = put("a", 0, "0");
        Stored last = first;
        for (int i = 1; i <= 100; i++) {
            last = put("a", last.revision(), Integer.toString(i));
        }
        store.write(new Write(key("a"), last.revision(), null));
        try (Watch watch = store.watch("things", "ns", first.revision() - 1, 200)) {
            assertThat(watch.take(1000))
                    .extracting(change -> Json.string(change.current().object(), "value"))
                    .hasSize(102)
                    .startsWith("0", "1", "2")
                    .endsWith("99", "100", "100");
        }
        assertThat(store.listAt("things", "ns", first.revision()).objects())
                .extracting(one -> Json.string(one.object(), "value"))
                .containsExactly("0");
    }

    @Test
    void historyIsBoundedAndSaysSo() {
        for (int i = 0; i < 6; i++) {
            put("n" + i, 0, "x");
        }
        assertThatThrownBy(() -> store.watch("things", "", 1, 10)).isInstanceOf(CompactedException.class);
        assertThatThrownBy(() -> store.listAt("things", "", 1)).isInstanceOf(CompactedException.class);
    }

    @Test
    void watchGoesOnWhereItIsToldTo() throws Exception {
        Stored a = put("a", 0, "1");
        put("b", 0, "1");
        try (Watch watch = store.watch("things", "ns", a.revision(), 10)) {
            store.write(new Write(key("a"), a.revision(), null));
            assertThat(watch.take(1000))
                    .extracting(change -> change.kind() + " " + change.key().name())
                    .containsExactly("ADDED b", "DELETED a");
            assertThat(watch.take(0)).isEmpty();
        }
    }

    @Test
    void slowWatchIsCutOffInsteadOfGrowing() throws Exception {
        Store roomy = Store.open(directory.resolve("roomy.db"), StoreLimits.DEFAULT);
        try (roomy;
                Watch watch = roomy.watch("things", "", 0, 4)) {
            for (int i = 0; i < 12; i++) {
                roomy.write(write("n" + i, 0, "x"));
            }
            assertThat(watch.overrun()).isTrue();
            assertThat(watch.take(0)).isEmpty();
            assertThat(watch.over()).isTrue();
        }
    }

    @Test
    void secondUserOfTheFileIsTold() {
        assertThatThrownBy(() -> Store.open(directory.resolve("objects.db"), SMALL))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("objects.db is in use by another API server");
    }

    @Test
    void damagedFileIsNamed() throws Exception {
        Path broken = directory.resolve("broken.db");
        Files.writeString(broken, "this is no database, whatever its name says".repeat(100));
        assertThatThrownBy(() -> Store.open(broken, SMALL))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("broken.db is damaged or no database");
    }

    private Stored put(String name, long expected, String value) {
        return ((Result.Done) store.write(write(name, expected, value))).stored();
    }

    private String value(String name) {
        return Json.string(store.get(key(name)).object(), "value");
    }

    static Write write(String name, long expected, String value) {
        ObjectNode object = Json.object().put("value", value);
        object.putObject("metadata").put("name", name);
        return new Write(key(name), expected, object);
    }

    static Key key(String name) {
        return new Key("things", "ns", name);
    }
}
