package io.hyaline.it.differential;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/** A socket that sends every byte for itself. */
final class PieceSocket extends Socket {

    @Override
    public OutputStream getOutputStream() throws IOException {
        OutputStream whole = super.getOutputStream();
        return new FilterOutputStream(whole) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                for (int i = offset; i < offset + length; i++) {
                    whole.write(bytes, i, 1);
                    whole.flush();
                }
            }
        };
    }
}
