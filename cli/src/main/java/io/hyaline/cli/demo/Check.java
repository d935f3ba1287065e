package io.hyaline.cli.demo;

/**
 * One thing that was asked of the cluster.
 *
 * @param name what was looked at
 * @param expected what the seed document says
 * @param observed what the cluster said
 */
public record Check(String name, String expected, String observed) {

    public boolean good() {
        return expected.equals(observed);
    }
}
