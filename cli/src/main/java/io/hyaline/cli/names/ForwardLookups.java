package io.hyaline.cli.names;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/**
 * Names are looked up, addresses are not: nothing here wants the name of a peer, but the JDK's HTTPS server asks for it on every
 * connection, and an injection would then wait for a nameserver that may not answer.
 */
public final class ForwardLookups extends InetAddressResolverProvider {

    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver builtin = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                return builtin.lookupByName(host, policy);
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                throw new UnknownHostException("addresses have no names here");
            }
        };
    }

    @Override
    public String name() {
        return "hyaline: forward lookups only";
    }
}
