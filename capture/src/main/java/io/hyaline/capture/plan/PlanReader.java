package io.hyaline.capture.plan;

import io.hyaline.capture.plan.Arguments.Option;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;

/** Arguments to plan: every value is checked here, once, and a bad one is refused by the name of its option. */
final class PlanReader {

    private static final int MAX_ENTRIES = 1024;
    private static final int MAX_GROUPS = 64;
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9_.:@-]{1,15}|[A-Za-z0-9_.:@-]{1,14}\\+");

    private final Arguments arguments;

    private PlanReader(Arguments arguments) {
        this.arguments = arguments;
    }

    static InterceptionPlan read(Arguments arguments) {
        return new PlanReader(arguments).plan();
    }

    private InterceptionPlan plan() {
        refuseWhatTheNodeDecides();
        List<Integer> uids = ids(Option.UID, "1337");
        String uidText = arguments.text(Option.UID, "1337");
        return new InterceptionPlan(
                mode(),
                Profile.parse(Option.PROFILE.label(), arguments.text(Option.PROFILE, "marks")),
                proxyPorts(),
                inbound(),
                outbound(),
                new InterfaceRules(interfaces(Option.AS_OUTBOUND), interfaces(Option.UNTOUCHED)),
                new ProxyOwners(uids, ids(Option.GID, uidText)),
                marks(),
                arguments.flag(Option.DNS) || arguments.flag(Option.ALL_DNS),
                arguments.flag(Option.DROP_INVALID),
                action());
    }

    private void refuseWhatTheNodeDecides() {
        String namespace = arguments.text(Option.NETWORK_NAMESPACE, "");
        if (!namespace.isEmpty()) {
            throw new PlanException(
                    Option.NETWORK_NAMESPACE.label(), namespace, "is not taken: the node gives the pod's namespace");
        }
        String binary = arguments.text(Option.BINARY, "nft");
        if (!binary.equals("nft") && !binary.equals("legacy")) {
            throw new PlanException(Option.BINARY.label(), binary, "must be legacy or nft");
        }
        String timeout = arguments.text(Option.PROBE_TIMEOUT, "5s");
        if (!timeout.matches("[0-9]{1,6}(\\.[0-9]{1,3})?(ms|s|m)")) {
            throw new PlanException(Option.PROBE_TIMEOUT.label(), timeout, "must be a duration such as 5s");
        }
    }

    private InterceptionMode mode() {
        String text = arguments.text(Option.MODE, "REDIRECT");
        InterceptionMode mode = InterceptionMode.parse(Option.MODE.label(), text);
        if (mode == InterceptionMode.NONE) {
            throw new PlanException(
                    Option.MODE.label(), text, "captures nothing; a pod without interception has no istio-init");
        }
        return mode;
    }

    private ProxyPorts proxyPorts() {
        ProxyPorts absent = ProxyPorts.DEFAULT;
        return new ProxyPorts(
                port(Option.OUTBOUND_PORT, absent.outbound()),
                port(Option.INBOUND_PORT, absent.inbound()),
                port(Option.TUNNEL_PORT, absent.tunnel()),
                absent.dns(),
                port(Option.PROBE_PORT, absent.probe()));
    }

    private InboundCapture inbound() {
        List<Integer> excluded = ports(Option.INBOUND_EXCLUDED);
        String included = arguments.text(Option.INBOUND_PORTS, "");
        if (included.isEmpty()) {
            return new InboundCapture.Nothing();
        }
        return included.equals("*")
                ? new InboundCapture.AllExcept(excluded)
                : new InboundCapture.Only(ports(Option.INBOUND_PORTS));
    }

    private OutboundCapture outbound() {
        String ranges = arguments.text(Option.RANGES, "*");
        boolean all = ranges.equals("*");
        return new OutboundCapture(
                all && given(Option.RANGES),
                all ? List.of() : ranges(Option.RANGES),
                ranges(Option.RANGES_EXCLUDED),
                ports(Option.OUTBOUND_PORTS),
                ports(Option.OUTBOUND_EXCLUDED),
                groups(),
                loopback());
    }

    /** {@code -i ""} captures nothing outbound, while no {@code -i} at all captures everything. */
    private boolean given(Option option) {
        return !arguments.isEmptyText(option);
    }

    private OutboundCapture.OwnerGroups groups() {
        String included = arguments.text(Option.GROUPS, "*");
        List<Integer> some = included.equals("*") ? List.of() : ids(Option.GROUPS, "");
        if (some.size() > MAX_GROUPS) {
            throw new PlanException(Option.GROUPS.label(), included, "has more than " + MAX_GROUPS + " groups");
        }
        List<Integer> excluded = ids(Option.GROUPS_EXCLUDED, "");
        if (!some.isEmpty() && !excluded.isEmpty()) {
            throw new PlanException(
                    Option.GROUPS_EXCLUDED.label(), excluded.toString(), "cannot stand beside included groups");
        }
        return new OutboundCapture.OwnerGroups(some, excluded);
    }

    private Cidr loopback() {
        String text = arguments.text(Option.LOOPBACK, "127.0.0.1/32");
        Cidr range = Cidr.parse(Option.LOOPBACK.label(), text);
        int prefix = Integer.parseInt(range.text().substring(range.text().indexOf('/') + 1));
        if (range.ipv6() || prefix < 8 || !range.text().startsWith("127.")) {
            throw new PlanException(Option.LOOPBACK.label(), text, "must lie within 127.0.0.0/8");
        }
        return range;
    }

    private Marks marks() {
        int mark = number(Option.TPROXY_MARK, Marks.DEFAULT.transparent(), 1, Integer.MAX_VALUE);
        if (mark == Marks.OUTBOUND) {
            throw new PlanException(
                    Option.TPROXY_MARK.label(), Integer.toString(mark), "is taken by the proxy's outbound sockets");
        }
        return new Marks(mark, number(Option.TPROXY_TABLE, Marks.DEFAULT.table(), 1, 252), Marks.OUTBOUND);
    }

    private Action action() {
        if (arguments.flag(Option.CLEANUP_ONLY)) {
            return Action.CLEANUP;
        }
        if (arguments.flag(Option.SKIP_APPLY)) {
            return Action.CHECK;
        }
        return arguments.flag(Option.DRY_RUN) ? Action.DRY_RUN : Action.APPLY;
    }

    private int port(Option option, int absent) {
        return number(option, absent, 1, 65535);
    }

    private int number(Option option, int absent, int least, int most) {
        String text = arguments.text(option, Integer.toString(absent));
        return number(option, text, least, most);
    }

    private static int number(Option option, String text, int least, int most) {
        long value = text.matches("[0-9]{1,10}") ? Long.parseLong(text) : -1;
        if (value < least || value > most) {
            throw new PlanException(option.label(), text, "must be a number from " + least + " to " + most);
        }
        return (int) value;
    }

    private List<Integer> ports(Option option) {
        return numbers(option, entries(option, ""), 1, 65535);
    }

    private List<Integer> ids(Option option, String absent) {
        return numbers(option, entries(option, absent), 0, Integer.MAX_VALUE);
    }

    private static List<Integer> numbers(Option option, List<String> texts, int least, int most) {
        LinkedHashSet<Integer> numbers = new LinkedHashSet<>();
        for (String text : texts) {
            numbers.add(number(option, text, least, most));
        }
        return List.copyOf(numbers);
    }

    private List<Cidr> ranges(Option option) {
        LinkedHashSet<Cidr> ranges = new LinkedHashSet<>();
        for (String entry : entries(option, "")) {
            ranges.add(Cidr.parse(option.label(), entry));
        }
        return List.copyOf(ranges);
    }

    private List<String> interfaces(Option option) {
        List<String> names = new ArrayList<>();
        for (String entry : entries(option, "")) {
            if (!INTERFACE.matcher(entry).matches()) {
                throw new PlanException(
                        option.label(), entry, "is no interface name (at most 15 letters, digits or _ . : @ -)");
            }
            names.add(entry.endsWith("+") ? entry.substring(0, entry.length() - 1) + "*" : entry);
        }
        return List.copyOf(names);
    }

    private List<String> entries(Option option, String absent) {
        List<String> entries = new ArrayList<>();
        for (String part : arguments.text(option, absent).split(",", -1)) {
            if (!part.isBlank()) {
                entries.add(part.trim());
            }
        }
        if (entries.size() > MAX_ENTRIES) {
            throw new PlanException(option.label(), entries.size() + " entries", "are more than " + MAX_ENTRIES);
        }
        return entries;
    }
}
