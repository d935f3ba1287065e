package io.hyaline.proxy.route;

import java.util.SplittableRandom;

/** A share of the requests: {@code numerator} out of {@code denominator}. */
public record Fraction(int numerator, int denominator) {

    public static final Fraction ALL = new Fraction(100, 100);
    public static final Fraction NONE = new Fraction(0, 100);

    /** Whether this request is among them. */
    public boolean takes(SplittableRandom random) {
        return numerator >= denominator || (numerator > 0 && random.nextInt(denominator) < numerator);
    }

    /** The same share with a numerator of at most {@code most}. */
    public Fraction atMost(long most) {
        return most >= numerator ? this : new Fraction((int) most, denominator);
    }
}
