package io.hyaline.proxy.log;

/** Where finished bytes of access logs go. Called from one writer thread with whole lines, in batches. */
public interface LogOutput {

    /**
     * Appends complete lines.
     *
     * @param path the path that the configuration names, such as {@code /dev/stdout}
     */
    void write(String path, byte[] bytes, int offset, int length);
}
