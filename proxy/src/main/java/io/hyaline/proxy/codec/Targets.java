package io.hyaline.proxy.codec;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeadScanner;
import io.hyaline.proxy.head.HeaderName;
import org.jspecify.annotations.Nullable;

/** Settles what an HTTP/1 request is for: target form, host, framing; and drops what concerns the connection only. */
final class Targets {

    private static final HeaderName HTTP2_SETTINGS = HeaderName.of("http2-settings");

    private Targets() {}

    /** What is answered to bytes that are no head. */
    static ServerStream.Refusal refusal(HeadScanner.Outcome outcome) {
        return switch (outcome) {
            case BAD_CHARACTER -> ServerStream.Refusal.BAD_CHARACTER;
            case TOO_MANY -> ServerStream.Refusal.TOO_MANY_HEADERS;
            case TOO_LARGE -> ServerStream.Refusal.HEAD_TOO_LARGE;
            case BAD_VERSION -> ServerStream.Refusal.OLD_VERSION;
            case MALFORMED, MORE, DONE -> ServerStream.Refusal.MALFORMED;
        };
    }

    /** Null when all is well. */
    static ServerStream.@Nullable Refusal settle(Head head, Framing framing, ServerSettings settings) {
        boolean http10 = head.minorVersion() == 0;
        if (http10 && !settings.http10()) {
            return ServerStream.Refusal.OLD_VERSION;
        }
        if (framing.problem() != null) {
            return switch (framing.problem()) {
                case BOTH_LENGTH_AND_CHUNKED -> ServerStream.Refusal.BAD_FRAMING;
                case BAD_LENGTH -> ServerStream.Refusal.BAD_LENGTH;
                case BAD_TRANSFER_ENCODING -> ServerStream.Refusal.BAD_TRANSFER_ENCODING;
            };
        }
        if (http10 && framing.chunked()) {
            return ServerStream.Refusal.BAD_TRANSFER_ENCODING;
        }
        if (namesTrusted(head.joined(HeaderName.CONNECTION))) {
            return ServerStream.Refusal.BAD_CONNECTION;
        }
        if (http10 && !head.has(HeaderName.HOST) && !settings.http10Host().isEmpty()) {
            head.add(HeaderName.HOST, settings.http10Host());
        }
        int host = head.find(HeaderName.HOST);
        if (host >= 0 && head.next(HeaderName.HOST, host + 1) >= 0) {
            return ServerStream.Refusal.MALFORMED;
        }
        if (host >= 0) {
            head.hostAt(host);
        }
        byte first = head.bytes()[head.pathStart()];
        String given = first == '/' ? "" : head.path();
        if (first != '/' && !target(head)) {
            return given.indexOf("://") > 0 || first == '*'
                    ? ServerStream.Refusal.BAD_TARGET
                    : ServerStream.Refusal.MALFORMED;
        }
        if (!head.hasAuthority()) {
            return ServerStream.Refusal.MISSING_HOST;
        }
        return head.authorityIsHost() ? null : ServerStream.Refusal.BAD_HOST;
    }

    /** Whether Connection asks to drop what says who is calling whom. */
    private static boolean namesTrusted(@Nullable String connection) {
        return connection != null
                && (Words.contains(connection, "host")
                        || Words.contains(connection, "x-forwarded-for")
                        || Words.contains(connection, "x-forwarded-host")
                        || Words.contains(connection, "x-forwarded-proto"));
    }

    private static boolean target(Head head) {
        String target = head.path();
        if (head.method().equals("CONNECT")) {
            head.authority(target);
            head.path("");
            return target.indexOf(':') > 0;
        }
        if (target.equals("*")) {
            return head.method().equals("OPTIONS");
        }
        int scheme = target.indexOf("://");
        if (scheme <= 0) {
            return false;
        }
        String name = target.substring(0, scheme);
        if (!name.equalsIgnoreCase("http") && !name.equalsIgnoreCase("https")) {
            return false;
        }
        int path = scheme + 3;
        while (path < target.length() && "/?#".indexOf(target.charAt(path)) < 0) {
            path++;
        }
        head.authority(target.substring(scheme + 3, path));
        String rest = target.substring(path);
        head.path(rest.startsWith("/") ? rest : "/" + rest);
        return head.hasAuthority();
    }

    /** Removes hop-by-hop headers and those that Connection names; keeps what an upgrade needs. */
    static void dropConnectionHeaders(Head head, boolean upgrade) {
        if ((head.present() & (HeaderName.HOP_BY_HOP | HeaderName.bits(HeaderName.TE))) == 0) {
            return;
        }
        String connection = head.joined(HeaderName.CONNECTION);
        String te = head.value(HeaderName.TE);
        int protocol = head.find(HeaderName.UPGRADE);
        if (protocol >= 0 && head.valueIs(protocol, "h2c")) {
            head.remove(HTTP2_SETTINGS);
        }
        if (upgrade) {
            head.removeAll(HeaderName.HOP_BY_HOP & ~HeaderName.bits(HeaderName.CONNECTION, HeaderName.UPGRADE));
            return;
        }
        if (connection != null) {
            for (String word : connection.split(",")) {
                String name = word.trim();
                if (!name.isEmpty() && !name.equalsIgnoreCase("close") && !name.equalsIgnoreCase("keep-alive")) {
                    head.remove(HeaderName.of(name));
                }
            }
        }
        head.removeAll(HeaderName.HOP_BY_HOP | HeaderName.bits(HeaderName.TE));
        if (te != null && Words.contains(te, "trailers")) {
            head.add(HeaderName.TE, "trailers");
        }
    }

    /** Takes {@code Expect: 100-continue} out of a request; true when it was there. */
    static boolean takeExpectation(Head head) {
        int at = head.find(HeaderName.EXPECT);
        if (at < 0 || !head.valueIs(at, "100-continue")) {
            return false;
        }
        head.remove(HeaderName.EXPECT);
        return true;
    }
}
