package io.hyaline.runtime.sandbox;

import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.UserIds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;

/** Runs containers as processes of the pod. */
public final class ProcessRunner implements ContainerRunner {

    private final Clock clock;
    private final UserIds ids;

    /** @param ids users that exist here */
    public ProcessRunner(Clock clock, UserIds ids) {
        this.clock = clock;
        this.ids = ids;
    }

    @Override
    public boolean accepts(ContainerRequest request) {
        return true;
    }

    @Override
    public RunningContainer start(ContainerRequest request) {
        Sandbox sandbox = request.sandbox();
        try {
            Path script = prepare(request);
            CriLog log = CriLog.open(request.log(), clock);
            List<String> argv = List.of(
                    "nsenter",
                    "--target",
                    "" + sandbox.initPid(),
                    "--mount",
                    "--uts",
                    "--ipc",
                    "--pid",
                    "--net",
                    "--",
                    "unshare",
                    "--mount",
                    "--propagation",
                    "private",
                    "--",
                    "sh",
                    script.toString());
            NamespaceThread thread = sandbox.thread();
            Process process = thread.call(
                    sandbox.net().namespace(),
                    () -> new ProcessBuilder(argv)
                            .redirectInput(ProcessBuilder.Redirect.from(Devices.NULL))
                            .start());
            return ContainerProcess.follow(process, request, log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare " + request.directory(), e);
        }
    }

    private Path prepare(ContainerRequest request) throws IOException {
        Path directory = request.directory();
        for (String name : List.of("upper", "work", "root", "empty", "tmp")) {
            Files.createDirectories(directory.resolve(name));
        }
        Files.setPosixFilePermissions(directory.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.createDirectories(request.log().getParent());
        Path script = directory.resolve("start.sh");
        Files.writeString(script, StartScript.write(request, ids));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-------"));
        return script;
    }
}
