package io.hyaline.proxy.plan;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.hyaline.proxy.match.Cidr;
import io.hyaline.proxy.match.TextMatch;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Small conversions that every compiler needs, and the gate that lets no unknown field pass. */
final class Fields {

    private static final int MAX_REGEX_LENGTH = 4096;

    private Fields() {}

    /** Refuses {@code message} if it sets a field that is not among {@code known}. */
    static void only(Message message, String... known) {
        Set<String> names = Set.of(known);
        for (FieldDescriptor field : message.getAllFields().keySet()) {
            if (!names.contains(field.getName())) {
                throw new IllegalArgumentException("field " + field.getFullName() + " is not supported; remove it");
            }
        }
        if (!message.getUnknownFields().asMap().isEmpty()) {
            throw new IllegalArgumentException("message "
                    + message.getDescriptorForType().getFullName() + " has the unknown field number "
                    + message.getUnknownFields().asMap().keySet().iterator().next());
        }
    }

    static IllegalArgumentException refuse(String reason) {
        return new IllegalArgumentException(reason);
    }

    static java.time.Duration duration(Duration proto) {
        return java.time.Duration.ofSeconds(proto.getSeconds(), proto.getNanos());
    }

    static java.time.Duration duration(boolean present, Duration proto, java.time.Duration otherwise) {
        return present ? duration(proto) : otherwise;
    }

    static java.time.@Nullable Duration durationOrNull(boolean present, Duration proto) {
        return present ? duration(proto) : null;
    }

    /** As {@link #durationOrNull}, where 0 means none too. */
    static java.time.@Nullable Duration positiveOrNull(boolean present, Duration proto) {
        return present && !duration(proto).isZero() ? duration(proto) : null;
    }

    /** Refuses a switch that cannot be switched on. */
    static void off(boolean value, String field) {
        if (value) {
            throw refuse(field + " is not supported; remove it");
        }
    }

    /** per_connection_buffer_limit_bytes; 0 when it is not given. */
    static int bufferBytes(boolean present, UInt32Value proto) {
        if (present && proto.getValue() == 0) {
            throw refuse("per_connection_buffer_limit_bytes 0 would be no bound; give a number or leave it out");
        }
        return number(present, proto, 0);
    }

    static int number(boolean present, UInt32Value proto, int otherwise) {
        if (!present) {
            return otherwise;
        }
        return proto.getValue() < 0 ? Integer.MAX_VALUE : proto.getValue();
    }

    static Pattern regex(RegexMatcher matcher) {
        return regex(matcher.getRegex());
    }

    static Pattern regex(String text) {
        if (text.length() > MAX_REGEX_LENGTH) {
            throw refuse("a regular expression of " + text.length() + " characters is longer than " + MAX_REGEX_LENGTH);
        }
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("regular expression '" + text + "': " + e.getMessage(), e);
        }
    }

    static TextMatch text(io.envoyproxy.envoy.type.matcher.v3.StringMatcher matcher) {
        boolean ignoreCase = matcher.getIgnoreCase();
        return switch (matcher.getMatchPatternCase()) {
            case EXACT -> new TextMatch.Exact(matcher.getExact(), ignoreCase);
            case PREFIX -> new TextMatch.Prefix(matcher.getPrefix(), ignoreCase);
            case SUFFIX -> new TextMatch.Suffix(matcher.getSuffix(), ignoreCase);
            case CONTAINS -> new TextMatch.Contains(matcher.getContains(), ignoreCase);
            case SAFE_REGEX -> new TextMatch.Regex(regex(matcher.getSafeRegex()));
            case CUSTOM -> throw refuse("StringMatcher.custom is not supported");
            case MATCHPATTERN_NOT_SET -> throw refuse("a StringMatcher has no pattern");
        };
    }

    static Cidr range(io.envoyproxy.envoy.config.core.v3.CidrRange range) {
        return new Cidr(Cidr.address(range.getAddressPrefix()), number(range.hasPrefixLen(), range.getPrefixLen(), 0));
    }

    static List<Cidr> ranges(List<io.envoyproxy.envoy.config.core.v3.CidrRange> ranges) {
        return ranges.stream().map(Fields::range).toList();
    }

    /** A literal address or a pipe. */
    static java.net.SocketAddress address(io.envoyproxy.envoy.config.core.v3.Address address) {
        return switch (address.getAddressCase()) {
            case SOCKET_ADDRESS -> literal(address.getSocketAddress());
            case PIPE -> new DomainSocketAddress(address.getPipe().getPath());
            case ENVOY_INTERNAL_ADDRESS -> throw refuse("envoy_internal_address is not supported");
            case ADDRESS_NOT_SET -> throw refuse("an address is empty");
        };
    }

    private static InetSocketAddress literal(SocketAddress address) {
        return new InetSocketAddress(Cidr.address(address.getAddress()), port(address));
    }

    static int port(SocketAddress address) {
        if (address.getProtocol() != SocketAddress.Protocol.TCP) {
            throw refuse("address " + address.getAddress() + ": only TCP is supported");
        }
        if (!address.getNamedPort().isEmpty() || address.getPortValue() < 0 || address.getPortValue() > 65535) {
            throw refuse("address " + address.getAddress() + " needs a port_value between 0 and 65535");
        }
        return address.getPortValue();
    }

    /** The text behind a data source; files are read now. */
    static String content(DataSource source) {
        return switch (source.getSpecifierCase()) {
            case INLINE_STRING -> source.getInlineString();
            case INLINE_BYTES -> source.getInlineBytes().toString(StandardCharsets.ISO_8859_1);
            case FILENAME -> file(Path.of(source.getFilename()));
            case ENVIRONMENT_VARIABLE -> {
                String value = System.getenv(source.getEnvironmentVariable());
                if (value == null) {
                    throw refuse("environment variable " + source.getEnvironmentVariable() + " is not set");
                }
                yield value;
            }
            case SPECIFIER_NOT_SET -> throw refuse("a data source is empty");
        };
    }

    private static String file(Path path) {
        try {
            return Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalArgumentException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }
}
