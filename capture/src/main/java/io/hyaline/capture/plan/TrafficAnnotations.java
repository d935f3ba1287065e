package io.hyaline.capture.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The annotations of a pod that steer capture, and the istio-init arguments that say the same.
 *
 * @see <a href="https://istio.io/latest/docs/reference/config/annotations/">Istio's annotations</a>
 */
public record TrafficAnnotations(InterceptionMode mode, List<String> arguments) {

    public static final String MODE = "sidecar.istio.io/interceptionMode";
    public static final String STATUS_PORT = "status.sidecar.istio.io/port";
    private static final String TRAFFIC = "traffic.sidecar.istio.io/";
    private static final String REROUTE = "istio.io/reroute-virtual-interfaces";

    public TrafficAnnotations {
        arguments = List.copyOf(arguments);
    }

    /** Reads and checks the annotations; {@code meshMode} holds where the pod does not say. */
    public static TrafficAnnotations of(Map<String, String> annotations, InterceptionMode meshMode) {
        String modeText = annotations.getOrDefault(MODE, meshMode.name());
        InterceptionMode mode = InterceptionMode.parse("annotation " + MODE, modeText);
        List<String> arguments = new ArrayList<>(List.of("istio-iptables", "-p", "15001", "-z", "15006", "-u", "1337"));
        add(arguments, "-m", mode.name());
        add(arguments, "-i", annotations.getOrDefault(TRAFFIC + "includeOutboundIPRanges", "*"));
        add(arguments, "-x", annotations.getOrDefault(TRAFFIC + "excludeOutboundIPRanges", ""));
        add(arguments, "-b", annotations.getOrDefault(TRAFFIC + "includeInboundPorts", "*"));
        add(arguments, "-d", excludedInbound(annotations));
        addIfThere(arguments, "-q", annotations, TRAFFIC + "includeOutboundPorts");
        addIfThere(arguments, "-o", annotations, TRAFFIC + "excludeOutboundPorts");
        if (annotations.containsKey(REROUTE)) {
            addIfThere(arguments, "-k", annotations, REROUTE);
        } else {
            addIfThere(arguments, "-k", annotations, TRAFFIC + "kubevirtInterfaces");
        }
        addIfThere(arguments, "-c", annotations, TRAFFIC + "excludeInterfaces");
        arguments.add("--log_output_level=default:info");
        if (mode != InterceptionMode.NONE) {
            check(arguments);
        }
        return new TrafficAnnotations(mode, arguments);
    }

    /** The statistics and health ports, what the pod excludes, then the status port if it is on. */
    private static String excludedInbound(Map<String, String> annotations) {
        List<String> ports = new ArrayList<>(List.of("15090", "15021"));
        for (String port :
                annotations.getOrDefault(TRAFFIC + "excludeInboundPorts", "").split(",", -1)) {
            if (!port.isBlank()) {
                ports.add(port.trim());
            }
        }
        String status = annotations.getOrDefault(STATUS_PORT, "15020").trim();
        if (!status.equals("0") && !ports.contains(status)) {
            ports.add(status);
        }
        return String.join(",", ports);
    }

    private static void check(List<String> arguments) {
        try {
            InterceptionPlan.ofArguments(arguments);
        } catch (PlanException e) {
            throw new PlanException("annotation " + annotationOf(e.option()), e.value(), e.expected());
        }
    }

    private static String annotationOf(String option) {
        return switch (option.substring(0, Math.min(2, option.length()))) {
            case "-i" -> TRAFFIC + "includeOutboundIPRanges";
            case "-x" -> TRAFFIC + "excludeOutboundIPRanges";
            case "-b" -> TRAFFIC + "includeInboundPorts";
            case "-d" -> TRAFFIC + "excludeInboundPorts or " + STATUS_PORT;
            case "-q" -> TRAFFIC + "includeOutboundPorts";
            case "-o" -> TRAFFIC + "excludeOutboundPorts";
            case "-k" -> REROUTE;
            case "-c" -> TRAFFIC + "excludeInterfaces";
            default -> option;
        };
    }

    private static void addIfThere(List<String> arguments, String option, Map<String, String> from, String key) {
        String value = from.get(key);
        if (value != null) {
            add(arguments, option, value);
        }
    }

    private static void add(List<String> arguments, String option, String value) {
        arguments.add(option);
        arguments.add(value);
    }
}
