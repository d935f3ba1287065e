package io.hyaline.runtime.probes;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One call of grpc.health.v1.Health/Check with just enough HTTP/2 for it: headers are sent as literals, and of the answer
 * only the message counts.
 */
final class GrpcHealth {

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RESET = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int SERVING = 1;
    private static final int FRAME_LIMIT_BYTES = 1 << 16;

    private GrpcHealth() {}

    static boolean check(Socket socket, String service) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(out, SETTINGS, 0, 0, new byte[0]);
        frame(out, HEADERS, 4, 1, headers(socket.getInetAddress().getHostAddress() + ":" + socket.getPort()));
        frame(out, DATA, 1, 1, message(service));
        socket.getOutputStream().write(out.toByteArray());
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
            int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            if (length > FRAME_LIMIT_BYTES) {
                throw new IOException("a frame of " + length + " bytes");
            }
            byte[] payload = in.readNBytes(length);
            if (type == SETTINGS && (flags & 1) == 0) {
                ByteArrayOutputStream ack = new ByteArrayOutputStream();
                frame(ack, SETTINGS, 1, 0, new byte[0]);
                socket.getOutputStream().write(ack.toByteArray());
            } else if (type == DATA && stream == 1) {
                return status(payload) == SERVING;
            } else if (type == RESET || type == GOAWAY || (type == HEADERS && stream == 1 && (flags & 1) != 0)) {
                return false;
            }
        }
    }

    /** Field 1 of HealthCheckResponse, behind the five bytes of gRPC framing. */
    static int status(byte[] payload) {
        return payload.length >= 7 && payload[5] == 0x08 ? payload[6] : 0;
    }

    private static byte[] message(String service) {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int length = name.length == 0 ? 0 : name.length + 2;
        out.writeBytes(new byte[] {0, 0, 0, (byte) (length >> 8), (byte) length});
        if (name.length > 0) {
            out.write(0x0a);
            out.write(name.length);
            out.writeBytes(name);
        }
        return out.toByteArray();
    }

    private static byte[] headers(String authority) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Map<String, String> pseudo = Map.of(
                ":method", "POST",
                ":scheme", "http",
                ":path", "/grpc.health.v1.Health/Check",
                ":authority", authority);
        pseudo.forEach((name, value) -> literal(out, name, value));
        literal(out, "content-type", "application/grpc");
        literal(out, "te", "trailers");
        return out.toByteArray();
    }

    private static void literal(ByteArrayOutputStream out, String name, String value) {
        out.write(0);
        out.write(name.length());
        out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        out.write(value.length());
        out.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    private static void frame(ByteArrayOutputStream out, int type, int flags, int stream, byte[] payload) {
        out.writeBytes(new byte[] {
            (byte) (payload.length >> 16),
            (byte) (payload.length >> 8),
            (byte) payload.length,
            (byte) type,
            (byte) flags,
            0,
            0,
            0,
            (byte) stream
        });
        out.writeBytes(payload);
    }
}
