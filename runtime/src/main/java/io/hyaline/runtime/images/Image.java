package io.hyaline.runtime.images;

import java.util.List;
import java.util.Map;

/**
 * What stands for an image.
 *
 * @param names patterns of image names, {@code *} for anything
 * @param directory its name below {@code $HYALINE_HOME/images}
 * @param entrypoint what a pod's {@code command} replaces; {@code {image}} is the image's directory
 * @param arguments what a pod's {@code args} replaces
 * @param user "uid" or "uid:gid"
 * @param python packages from PyPI that its directory holds, in a virtual environment
 * @param packages Debian packages that the machine must have
 * @param programs programs by which one sees that those packages are there
 */
public record Image(
        List<String> names,
        String directory,
        List<String> entrypoint,
        List<String> arguments,
        Map<String, String> env,
        String workingDirectory,
        String user,
        List<String> python,
        List<String> packages,
        List<String> programs) {

    public Image {
        names = List.copyOf(names);
        entrypoint = List.copyOf(entrypoint);
        arguments = List.copyOf(arguments);
        env = Map.copyOf(env);
        python = List.copyOf(python);
        packages = List.copyOf(packages);
        programs = List.copyOf(programs);
    }

    public long uid() {
        return Long.parseLong(user.split(":")[0]);
    }

    public long gid() {
        String[] parts = user.split(":");
        return Long.parseLong(parts.length > 1 ? parts[1] : parts[0]);
    }
}
