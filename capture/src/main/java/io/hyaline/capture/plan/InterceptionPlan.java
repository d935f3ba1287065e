package io.hyaline.capture.plan;

import java.util.List;
import java.util.Map;

/**
 * What of a pod's traffic goes through its proxy, whole and checked.
 *
 * @param dns queries to port 53 go to the proxy
 * @param dropInvalid packets that conntrack cannot place are dropped
 */
public record InterceptionPlan(
        InterceptionMode mode,
        Profile profile,
        ProxyPorts ports,
        InboundCapture inbound,
        OutboundCapture outbound,
        InterfaceRules interfaces,
        ProxyOwners owners,
        Marks marks,
        boolean dns,
        boolean dropInvalid,
        Action action) {

    /** The plan behind the arguments of an {@code istio-init} container, with or without the leading program name. */
    public static InterceptionPlan ofArguments(List<String> arguments) {
        return ofArguments(arguments, Map.of());
    }

    /** As {@link #ofArguments(List)}; {@code environment} has the container's variables, which flags override. */
    public static InterceptionPlan ofArguments(List<String> arguments, Map<String, String> environment) {
        return PlanReader.read(Arguments.parse(arguments, environment));
    }

    /** The plan that a pod's annotations ask for. */
    public static InterceptionPlan ofAnnotations(Map<String, String> annotations) {
        TrafficAnnotations traffic = TrafficAnnotations.of(annotations, InterceptionMode.REDIRECT);
        if (traffic.mode() == InterceptionMode.NONE) {
            throw new PlanException(TrafficAnnotations.MODE, "NONE", "asks for no interception, so there is no plan");
        }
        return ofArguments(traffic.arguments());
    }

    public InterceptionPlan withProfile(Profile other) {
        return new InterceptionPlan(
                mode, other, ports, inbound, outbound, interfaces, owners, marks, dns, dropInvalid, action);
    }

    /** True when replies of the application have to be routed back to the proxy. */
    public boolean routesReplies() {
        return mode == InterceptionMode.TPROXY && !(inbound instanceof InboundCapture.Nothing);
    }
}
