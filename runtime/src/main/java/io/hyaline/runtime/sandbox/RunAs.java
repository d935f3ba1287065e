package io.hyaline.runtime.sandbox;

import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.hyaline.linux.UserIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whom a container runs as and what it may do.
 *
 * @param capabilities lower case, without "cap_"
 * @param ambient whether a user other than root really has them; in Kubernetes it has not
 * @param switches whether it becomes that user at all: where one id is mapped, there is nobody else to be
 */
public record RunAs(
        long uid,
        long gid,
        List<Long> groups,
        Set<String> capabilities,
        boolean noNewPrivileges,
        boolean readOnlyRoot,
        boolean ambient,
        boolean switches) {

    private static final Set<String> DEFAULT = Set.of(
            "chown",
            "dac_override",
            "fowner",
            "fsetid",
            "kill",
            "setgid",
            "setuid",
            "setpcap",
            "net_bind_service",
            "sys_chroot",
            "setfcap");

    public RunAs {
        groups = List.copyOf(groups);
        capabilities = Set.copyOf(capabilities);
    }

    /** Root with the usual capabilities. */
    public static final RunAs ROOT = new RunAs(0, 0, List.of(), DEFAULT, false, false, false, true);

    /**
     * Puts pod and container settings together. What a pod may add is limited to {@link #DEFAULT}: with NET_RAW or
     * NET_ADMIN an application could set the marks by which the proxy's own packets are known.
     *
     * @throws IllegalArgumentException when runAsNonRoot is asked for and the user would be root
     */
    public static RunAs of(
            @Nullable PodSecurityContext pod, @Nullable SecurityContext container, long imageUid, long imageGid) {
        PodSecurityContext forPod = pod == null ? new PodSecurityContext() : pod;
        SecurityContext own = container == null ? new SecurityContext() : container;
        long uid = first(own.getRunAsUser(), forPod.getRunAsUser(), imageUid);
        long gid = first(own.getRunAsGroup(), forPod.getRunAsGroup(), uid == imageUid ? imageGid : 0L);
        Boolean nonRoot = own.getRunAsNonRoot() == null ? forPod.getRunAsNonRoot() : own.getRunAsNonRoot();
        if (Objects.equals(nonRoot, true) && uid == 0) {
            throw new IllegalArgumentException(
                    "container has runAsNonRoot and image will run as root; set securityContext.runAsUser");
        }
        List<Long> groups = new ArrayList<>();
        if (forPod.getFsGroup() != null) {
            groups.add(forPod.getFsGroup());
        }
        if (forPod.getSupplementalGroups() != null) {
            groups.addAll(forPod.getSupplementalGroups());
        }
        return new RunAs(
                uid,
                gid,
                groups,
                capabilities(own.getCapabilities()),
                Objects.equals(own.getAllowPrivilegeEscalation(), false),
                Objects.equals(own.getReadOnlyRootFilesystem(), true),
                false,
                true);
    }

    /** The same user with {@code capabilities} and no others, for programs of this installation. */
    public RunAs withExactly(Set<String> capabilities) {
        return new RunAs(uid, gid, groups, capabilities, noNewPrivileges, readOnlyRoot, true, switches);
    }

    /** As far as {@code ids} has such users: without them it stays who the node is. */
    public RunAs among(UserIds ids) {
        boolean known = ids.has(uid) && ids.has(gid) && groups.stream().allMatch(ids::has) && ids.has(1);
        return known ? this : new RunAs(0, 0, List.of(), capabilities, noNewPrivileges, readOnlyRoot, ambient, false);
    }

    private static Set<String> capabilities(@Nullable Capabilities asked) {
        Set<String> result = new TreeSet<>(DEFAULT);
        if (asked == null) {
            return result;
        }
        if (asked.getDrop() != null) {
            for (String name : asked.getDrop()) {
                if (name.equalsIgnoreCase("ALL")) {
                    result.clear();
                }
                result.remove(plain(name));
            }
        }
        if (asked.getAdd() != null) {
            for (String name : asked.getAdd()) {
                if (name.equalsIgnoreCase("ALL")) {
                    result.addAll(DEFAULT);
                } else if (DEFAULT.contains(plain(name))) {
                    result.add(plain(name));
                }
            }
        }
        return result;
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("cap_") ? lower.substring(4) : lower;
    }

    private static long first(@Nullable Long a, @Nullable Long b, long otherwise) {
        if (a != null) {
            return a;
        }
        return b == null ? otherwise : b;
    }

    /** The {@code setpriv} prefix that makes it so. */
    List<String> setpriv() {
        List<String> argv = new ArrayList<>(List.of("setpriv"));
        if (switches) {
            argv.addAll(List.of("--reuid", "" + uid, "--regid", "" + gid));
            argv.addAll(
                    groups.isEmpty()
                            ? List.of("--clear-groups")
                            : List.of(
                                    "--groups",
                                    String.join(
                                            ",",
                                            groups.stream().map(String::valueOf).toList())));
        }
        StringBuilder set = new StringBuilder("-all");
        new TreeSet<>(capabilities).forEach(name -> set.append(",+").append(name));
        if (ambient) {
            argv.addAll(List.of("--inh-caps=" + set, "--ambient-caps=" + set, "--bounding-set=" + set));
        } else {
            argv.addAll(List.of("--inh-caps=-all", "--bounding-set=" + set));
        }
        if (noNewPrivileges) {
            argv.add("--no-new-privs");
        }
        argv.add("--");
        return argv;
    }
}
