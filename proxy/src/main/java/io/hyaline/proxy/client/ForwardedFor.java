package io.hyaline.proxy.client;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Reads X-Forwarded-For from the right, as Envoy does. */
public final class ForwardedFor {

    private ForwardedFor() {}

    /** The address after skipping {@code skip} entries from the right; null when there is none or it is no bare address. */
    public static @Nullable InetAddress fromRight(@Nullable String header, int skip) {
        if (header == null) {
            return null;
        }
        int until = header.length();
        for (int i = 0; i < skip; i++) {
            until = header.lastIndexOf(',', until - 1);
            if (until < 0) {
                return null;
            }
        }
        String entry =
                header.substring(header.lastIndexOf(',', until - 1) + 1, until).trim();
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(entry);
        if (bytes == null || entry.startsWith("[")) {
            return null;
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Whether the header holds exactly one entry. */
    public static boolean single(@Nullable String header) {
        return header != null && !header.isEmpty() && header.indexOf(',') < 0;
    }
}
