package io.hyaline.proxy.head;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request or an answer: one copy of its bytes and an index of where the headers lie in it.
 *
 * <p>Names are in lower case. Changes append to the bytes and redirect the index; nothing is moved, and no header becomes
 * a String unless somebody asks for it. Owned by one event loop and recycled.
 */
public final class Head {

    /** What {@link #minorVersion} is for a head that came by HTTP/2. */
    public static final int HTTP_2 = 2;

    private static final int FIELDS = 4;
    private static final int REMOVED = -1;
    private static final int KEEP_BYTES = 4096;

    byte[] bytes = new byte[1024];
    int end;
    int[] index = new int[FIELDS * 24];
    int count;
    private long present;
    private final short[] first = new short[HeaderName.MAX_KNOWN];

    String method = "";
    int pathStart;
    int pathEnd;
    int authorityStart;
    int authorityEnd;
    int minorVersion = 1;
    int status;
    private @Nullable String path;
    private @Nullable String authority;
    private String scheme = "";

    /** Forgets everything. */
    public void clear() {
        if (bytes.length > KEEP_BYTES) {
            bytes = new byte[1024];
        }
        end = 0;
        count = 0;
        present = 0;
        method = "";
        pathStart = 0;
        pathEnd = 0;
        authorityStart = 0;
        authorityEnd = 0;
        minorVersion = 1;
        status = 0;
        path = null;
        authority = null;
        scheme = "";
    }

    public String method() {
        return method;
    }

    public void method(String newMethod) {
        method = newMethod;
    }

    /** HTTP/1's minor version, or {@link #HTTP_2}. */
    public int minorVersion() {
        return minorVersion;
    }

    public void minorVersion(int version) {
        minorVersion = version;
    }

    public int status() {
        return status;
    }

    public void status(int newStatus) {
        status = newStatus;
    }

    /** Path and query. */
    public String path() {
        String text = path;
        if (text == null) {
            text = text(pathStart, pathEnd);
            path = text;
        }
        return text;
    }

    public void path(String newPath) {
        path = newPath;
        pathStart = append(newPath);
        pathEnd = end;
    }

    public String authority() {
        String text = authority;
        if (text == null) {
            text = text(authorityStart, authorityEnd);
            authority = text;
        }
        return text;
    }

    public void authority(String newAuthority) {
        authority = newAuthority;
        authorityStart = append(newAuthority);
        authorityEnd = end;
    }

    /** Takes the header at a position for the authority and out of the list. */
    public void hostAt(int position) {
        authorityStart = index[position * FIELDS + 2];
        authorityEnd = index[position * FIELDS + 3];
        authority = null;
        remove(HeaderName.HOST);
    }

    public boolean hasAuthority() {
        return authorityEnd > authorityStart;
    }

    /** No blank in the authority and nothing that ends one; the rest is for the virtual hosts to know or not. */
    public boolean authorityIsHost() {
        for (int i = authorityStart; i < authorityEnd; i++) {
            byte b = bytes[i];
            if (b <= ' ' || b == '/' || b == '?' || b == '#' || b == '\\' || b == '"' || b == '<' || b == '>') {
                return false;
            }
        }
        return true;
    }

    public String scheme() {
        return scheme;
    }

    public void scheme(String newScheme) {
        scheme = newScheme;
    }

    /** The position of the first header of this name, or -1. */
    public int find(HeaderName name) {
        if (name.id >= 0) {
            return (present & 1L << name.id) == 0 ? -1 : first[name.id];
        }
        return next(name, 0);
    }

    /** The position of the first header of this name at or after {@code from}, or -1. */
    public int next(HeaderName name, int from) {
        byte[] wanted = name.bytes;
        for (int i = from; i < count; i++) {
            int at = index[i * FIELDS];
            if (at != REMOVED
                    && index[i * FIELDS + 1] - at == wanted.length
                    && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }

    public boolean has(HeaderName name) {
        return find(name) >= 0;
    }

    /** The known names that occur, as {@link HeaderName#bits}. */
    public long present() {
        return present;
    }

    /** The value of the first header of this name. */
    public @Nullable String value(HeaderName name) {
        int i = find(name);
        return i < 0 ? null : valueAt(i);
    }

    public String valueAt(int position) {
        return text(index[position * FIELDS + 2], index[position * FIELDS + 3]);
    }

    public String nameAt(int position) {
        return text(index[position * FIELDS], index[position * FIELDS + 1]);
    }

    /** How many positions there are, removed ones included. */
    public int positions() {
        return count;
    }

    public boolean isRemoved(int position) {
        return index[position * FIELDS] == REMOVED;
    }

    /** All values of this name, joined by commas, or null. */
    public @Nullable String joined(HeaderName name) {
        int i = find(name);
        if (i < 0) {
            return null;
        }
        String value = valueAt(i);
        for (i = next(name, i + 1); i >= 0; i = next(name, i + 1)) {
            value = value + "," + valueAt(i);
        }
        return value;
    }

    /** Whether the value at a position is this lower-case word, whatever the case it is written in. */
    public boolean valueIs(int position, String word) {
        int from = index[position * FIELDS + 2];
        if (index[position * FIELDS + 3] - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            int b = bytes[from + i];
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    public void add(HeaderName name, String value) {
        int nameStart = append(name.bytes);
        int nameEnd = end;
        int valueStart = append(value);
        put(name, nameStart, nameEnd, valueStart, end);
    }

    /** Replaces the first header of this name where it stands and removes the others; adds it if there is none. */
    public void set(HeaderName name, String value) {
        int i = find(name);
        if (i < 0) {
            add(name, value);
            return;
        }
        index[i * FIELDS + 2] = append(value);
        index[i * FIELDS + 3] = end;
        for (int other = next(name, i + 1); other >= 0; other = next(name, other + 1)) {
            index[other * FIELDS] = REMOVED;
        }
    }

    /** Removes all headers of this name. */
    public void remove(HeaderName name) {
        for (int i = find(name); i >= 0; i = next(name, i + 1)) {
            index[i * FIELDS] = REMOVED;
        }
        if (name.id >= 0) {
            present &= ~(1L << name.id);
        }
    }

    /** Removes all known names in {@code bits}. */
    public void removeAll(long bits) {
        for (long rest = present & bits; rest != 0; rest &= rest - 1) {
            remove(HeaderName.byId(Long.numberOfTrailingZeros(rest)));
        }
    }

    void removeAt(int position) {
        index[position * FIELDS] = REMOVED;
    }

    void put(@Nullable HeaderName known, int nameStart, int nameEnd, int valueStart, int valueEnd) {
        int at = count * FIELDS;
        if (at == index.length) {
            index = Arrays.copyOf(index, index.length * 2);
        }
        index[at] = nameStart;
        index[at + 1] = nameEnd;
        index[at + 2] = valueStart;
        index[at + 3] = valueEnd;
        if (known != null && known.id >= 0 && (present & 1L << known.id) == 0) {
            present |= 1L << known.id;
            first[known.id] = (short) count;
        }
        count++;
    }

    int append(String text) {
        int at = end;
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[end++] = (byte) text.charAt(i);
        }
        return at;
    }

    private int append(byte[] text) {
        int at = end;
        reserve(text.length);
        System.arraycopy(text, 0, bytes, end, text.length);
        end += text.length;
        return at;
    }

    void reserve(int more) {
        if (end + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, end + more));
        }
    }

    String text(int from, int until) {
        return from == until ? "" : new String(bytes, from, until - from, StandardCharsets.ISO_8859_1);
    }

    /** The bytes that positions point into, for readers that want no String. */
    public byte[] bytes() {
        return bytes;
    }

    public int valueStart(int position) {
        return index[position * FIELDS + 2];
    }

    public int valueEnd(int position) {
        return index[position * FIELDS + 3];
    }

    public int pathStart() {
        return pathStart;
    }

    public int pathEnd() {
        return pathEnd;
    }

    public int authorityStart() {
        return authorityStart;
    }

    public int authorityEnd() {
        return authorityEnd;
    }

    /** Makes this head equal to {@code other}: what a retry starts from. */
    public void copyFrom(Head other) {
        clear();
        reserve(other.end);
        System.arraycopy(other.bytes, 0, bytes, 0, other.end);
        end = other.end;
        index = other.index.clone();
        count = other.count;
        present = other.present;
        System.arraycopy(other.first, 0, first, 0, first.length);
        method = other.method;
        pathStart = other.pathStart;
        pathEnd = other.pathEnd;
        authorityStart = other.authorityStart;
        authorityEnd = other.authorityEnd;
        minorVersion = other.minorVersion;
        status = other.status;
        scheme = other.scheme;
    }
}
