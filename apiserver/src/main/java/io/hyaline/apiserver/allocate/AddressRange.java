package io.hyaline.apiserver.allocate;

import io.hyaline.apiserver.address.Family;
import io.hyaline.apiserver.address.Ip;
import io.hyaline.apiserver.address.Range;
import io.hyaline.apiserver.store.Key;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** The ClusterIPs of one range. Its first sixteen are given out on request only, such as those of DNS and the API server. */
final class AddressRange {
    private static final int RESERVED = 16;

    /** Addresses are chosen among so many of an IPv6 range, as in Kubernetes; all others may be asked for. */
    private static final BigInteger CHOSEN_OF_IPV6 = BigInteger.ONE.shiftLeft(16);

    private final Range range;
    private final @Nullable Ip broadcast;
    private final Pool<Ip> owners;

    AddressRange(Range range) {
        this.range = range;
        boolean four = range.family() == Family.IPV4;
        long size = (four ? range.size() : range.size().min(CHOSEN_OF_IPV6)).longValueExact();
        this.broadcast = four ? range.at(size - 1) : null;
        this.owners = new Pool<>(size > RESERVED ? RESERVED : 1, four ? size - 2 : size - 1, range::at);
    }

    Range range() {
        return range;
    }

    /** Whether it is an address that a Service may have. */
    boolean contains(Ip address) {
        return range.contains(address) && !address.equals(range.network()) && !address.equals(broadcast);
    }

    boolean claim(Ip address, Key owner) {
        return owners.claim(address, owner);
    }

    @Nullable
    Ip any(Key owner) {
        return owners.any(owner);
    }

    void release(Ip address, Key owner) {
        owners.release(address, owner);
    }
}
