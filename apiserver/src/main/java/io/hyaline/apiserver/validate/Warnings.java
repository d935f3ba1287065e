package io.hyaline.apiserver.validate;

import io.hyaline.apiserver.address.Family;
import io.hyaline.apiserver.address.Ip;
import io.hyaline.apiserver.address.Range;
import io.hyaline.apiserver.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** What is taken but not well written: controllers that write it in another way would apply it again and again. */
final class Warnings {
    private static final Pattern LEADING_ZERO = Pattern.compile("(.*\\.)?0\\d.*");
    private static final String LATER = " was accepted, but will be invalid in a future Kubernetes release: ";

    private Warnings() {}

    static List<String> service(ObjectNode service) {
        List<String> warnings = new ArrayList<>();
        if (!Json.string(service, "spec", "clusterIP").equals("None")) {
            each(service, "clusterIPs", warnings, Warnings::address);
        }
        each(service, "externalIPs", warnings, Warnings::address);
        String balancer = Json.string(service, "spec", "loadBalancerIP");
        if (!balancer.isEmpty()) {
            address("spec.loadBalancerIP", balancer, warnings);
        }
        each(service, "loadBalancerSourceRanges", warnings, Warnings::range);
        return warnings;
    }

    @FunctionalInterface
    private interface Check {
        void look(String path, String text, List<String> warnings);
    }

    private static void each(ObjectNode service, String field, List<String> warnings, Check check) {
        List<String> texts = Json.strings(service, "spec", field);
        for (int i = 0; i < texts.size(); i++) {
            check.look("spec." + field + "[" + i + "]", texts.get(i), warnings);
        }
    }

    private static void address(String path, String text, List<String> warnings) {
        Ip address = Ip.parse(text);
        if (address == null || !isStrict(text)) {
            warnings.add(path + ": IP address" + LATER + parseError(text));
        } else if (address.family() == Family.IPV6 && !address.toString().equals(text)) {
            warnings.add(path + ": IPv6 address" + notCanonical(text, address));
        }
    }

    private static void range(String path, String text, List<String> warnings) {
        Range range = Range.parse(text);
        if (range == null || !isStrict(text)) {
            String address = text.replaceFirst("/.*", "");
            warnings.add(
                    path + ": IP prefix" + LATER + "netip.ParsePrefix(" + quoted(text) + "): " + parseError(address));
        } else if (range.family() == Family.IPV6) {
            Ip written = Ip.parse(text.substring(0, text.indexOf('/')));
            String canonical = written + "/" + range.prefixBits();
            if (!canonical.equals(text)) {
                warnings.add(path + ": IPv6 prefix" + notCanonical(text, canonical));
            }
        }
    }

    private static String notCanonical(String text, Object canonical) {
        return " " + quoted(text) + " is not in RFC 5952 canonical format (" + quoted(canonical.toString())
                + "), which may cause controller apply-loops";
    }

    private static boolean isStrict(String text) {
        return text.contains(":")
                || !LEADING_ZERO.matcher(text.replaceFirst("/.*", "")).matches();
    }

    /** As Go's net/netip says it. */
    private static String parseError(String text) {
        String problem = Ip.parse(text) == null ? "unable to parse IP" : "IPv4 field has octet with leading zero";
        return "ParseAddr(" + quoted(text) + "): " + problem;
    }

    private static String quoted(String text) {
        return Json.print(Json.text(text));
    }
}
