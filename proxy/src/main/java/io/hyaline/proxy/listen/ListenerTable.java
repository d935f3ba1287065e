package io.hyaline.proxy.listen;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All listeners by what they are found by: name, and the address that a redirected connection was going to. */
public final class ListenerTable {

    public static final ListenerTable EMPTY = new ListenerTable(java.util.List.of());

    private final Map<String, ListenerService> byName = new HashMap<>();
    private final Map<InetSocketAddress, ListenerService> byAddress = new HashMap<>();
    private final Map<Integer, ListenerService> byPort = new HashMap<>();

    public ListenerTable(Collection<ListenerService> listeners) {
        for (ListenerService listener : listeners) {
            byName.put(listener.plan().name(), listener);
            for (SocketAddress address : listener.plan().addresses()) {
                add(address, listener);
            }
        }
    }

    private void add(SocketAddress address, ListenerService listener) {
        switch (address) {
            case InetSocketAddress inet
            when inet.getAddress().isAnyLocalAddress() -> byPort.putIfAbsent(inet.getPort(), listener);
            case InetSocketAddress inet -> byAddress.putIfAbsent(inet, listener);
            case DomainSocketAddress pipe -> {}
            default -> throw new IllegalArgumentException("address " + address + " cannot be listened on");
        }
    }

    public Collection<ListenerService> all() {
        return byName.values();
    }

    public @Nullable ListenerService named(String name) {
        return byName.get(name);
    }

    /** Envoy's hand-over: the exact address, then the wildcard of the port. */
    @Nullable
    ListenerService forDestination(InetAddress address, int port) {
        ListenerService exact = byAddress.get(new InetSocketAddress(address, port));
        return exact != null ? exact : byPort.get(port);
    }
}
