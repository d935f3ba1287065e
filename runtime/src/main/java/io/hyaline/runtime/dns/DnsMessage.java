package io.hyaline.runtime.dns;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Questions and answers on the wire (RFC 1035), as far as a cluster's resolver needs them. */
final class DnsMessage {

    static final int A = 1;
    static final int CNAME = 5;
    static final int SOA = 6;
    static final int PTR = 12;
    static final int AAAA = 28;
    static final int SRV = 33;
    static final int ANY = 255;

    static final int NO_ERROR = 0;
    static final int FORMAT_ERROR = 1;
    static final int SERVER_FAILURE = 2;
    static final int NO_SUCH_NAME = 3;
    static final int NOT_IMPLEMENTED = 4;

    private static final int HEADER_BYTES = 12;
    private static final int TTL_SECONDS = 5;

    private DnsMessage() {}

    /** The first question of a query. */
    record Question(int id, boolean recursionDesired, int opcode, String name, int type) {}

    /** One record of an answer; {@code data} is as it goes on the wire. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answer(String name, int type, byte[] data) {}

    /** Throws IllegalArgumentException for what is no query. */
    static Question question(byte[] message) {
        try {
            ByteBuffer in = ByteBuffer.wrap(message);
            int id = in.getShort() & 0xffff;
            int flags = in.getShort();
            if ((flags & 0x8000) != 0 || in.getShort() != 1) {
                throw new IllegalArgumentException("not a query with one question");
            }
            in.position(HEADER_BYTES);
            String name = name(in);
            int type = in.getShort() & 0xffff;
            return new Question(id, (flags & 0x100) != 0, (flags >> 11) & 15, name, type);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a query that ends too early", e);
        }
    }

    private static String name(ByteBuffer in) {
        List<String> labels = new ArrayList<>();
        int total = 0;
        for (int length = in.get() & 0xff; length != 0; length = in.get() & 0xff) {
            total += length + 1;
            if (length > 63 || total > 255) {
                throw new IllegalArgumentException("a name with a label of " + length + " bytes");
            }
            byte[] label = new byte[length];
            in.get(label);
            labels.add(new String(label, StandardCharsets.ISO_8859_1));
        }
        return String.join(".", labels);
    }

    /** An answer; with {@code zone} not empty, that zone's SOA says for how long the absence of records holds. */
    static byte[] answer(Question question, int code, List<Answer> answers, String zone) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int flags = 0x8000 | 0x0400 | 0x0080 | (question.recursionDesired() ? 0x0100 : 0) | code;
        boolean authority = answers.isEmpty() && !zone.isEmpty();
        for (int number : new int[] {question.id(), flags, 1, answers.size(), authority ? 1 : 0, 0}) {
            number(out, number);
        }
        out.writeBytes(name(question.name()));
        number(out, question.type());
        number(out, 1);
        answers.forEach(answer -> record(out, answer));
        if (authority) {
            record(out, soa(zone));
        }
        return out.toByteArray();
    }

    private static Answer soa(String zone) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(name("ns.dns." + zone));
        data.writeBytes(name("hostmaster." + zone));
        for (int value : new int[] {1, 7200, 1800, 86400, TTL_SECONDS}) {
            number(data, value >>> 16);
            number(data, value);
        }
        return new Answer(zone, SOA, data.toByteArray());
    }

    private static void record(ByteArrayOutputStream out, Answer answer) {
        out.writeBytes(name(answer.name()));
        number(out, answer.type());
        number(out, 1);
        number(out, 0);
        number(out, TTL_SECONDS);
        number(out, answer.data().length);
        out.writeBytes(answer.data());
    }

    static Answer address(String name, String address) {
        byte[] data = InetAddress.ofLiteral(address).getAddress();
        return new Answer(name, data.length == 4 ? A : AAAA, data);
    }

    static Answer alias(String name, String target) {
        return new Answer(name, CNAME, name(target));
    }

    static Answer pointer(String name, String target) {
        return new Answer(name, PTR, name(target));
    }

    static Answer service(String name, DnsZone.Target target) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        number(data, 0);
        number(data, 100);
        number(data, target.port());
        data.writeBytes(name(target.host()));
        return new Answer(name, SRV, data.toByteArray());
    }

    private static byte[] name(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String label : name.split("\\.")) {
            byte[] bytes = label.getBytes(StandardCharsets.ISO_8859_1);
            if (bytes.length > 0) {
                out.write(bytes.length);
                out.writeBytes(bytes);
            }
        }
        out.write(0);
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int value) {
        out.write(value >>> 8);
        out.write(value);
    }
}
