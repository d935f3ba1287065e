package io.hyaline.runtime.probes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.List;
import java.util.function.Supplier;

/**
 * The container that is asked.
 *
 * @param address the pod's
 * @param entry argv prefix by which a command is run inside
 */
public record Target(String address, Container container, Supplier<List<String>> entry) {

    int port(IntOrString port) {
        if (port.getIntVal() != null) {
            return port.getIntVal();
        }
        String name = port.getStrVal();
        List<ContainerPort> ports = container.getPorts() == null ? List.of() : container.getPorts();
        for (ContainerPort candidate : ports) {
            if (name.equals(candidate.getName())) {
                return candidate.getContainerPort();
            }
        }
        if (name.chars().allMatch(Character::isDigit) && !name.isEmpty()) {
            return Integer.parseInt(name);
        }
        throw new IllegalArgumentException(
                "container " + container.getName() + " has no port named '" + name + "', which a probe asks for");
    }
}
