package io.hyaline.proxy.log;

import org.jspecify.annotations.Nullable;

/** Envoy's response flags in Envoy's order, which is also the order they are printed in. */
public enum ResponseFlag {
    LH,
    UH,
    UT,
    LR,
    UR,
    UF,
    UC,
    UO,
    NR,
    DI,
    FI,
    RL,
    UAEX,
    RLSE,
    DC,
    URX,
    SI,
    IH,
    DPE,
    UMSDR,
    RFCF,
    NFCF,
    DT,
    UPE,
    NC,
    OM,
    DF,
    DO,
    DR,
    UDO;

    private static final ResponseFlag[] ALL = values();

    @SuppressWarnings("EnumOrdinal") // the order is Envoy's and the printed one
    public int bit() {
        return 1 << ordinal();
    }

    /** The text of a set of flags; {@code -} for the empty one. */
    public static String text(int bits) {
        if (bits == 0) {
            return "-";
        }
        StringBuilder text = new StringBuilder();
        for (ResponseFlag flag : ALL) {
            if ((bits & flag.bit()) != 0) {
                if (!text.isEmpty()) {
                    text.append(',');
                }
                text.append(flag.name());
            }
        }
        return text.toString();
    }

    /** As {@link #text(int)}, with the exhausted retries of a request in front, as Envoy writes them. */
    public static String requestText(int bits) {
        int others = bits & ~URX.bit();
        return bits == others || others == 0 ? text(bits) : URX.name() + "," + text(others);
    }

    public static @Nullable ResponseFlag named(String name) {
        for (ResponseFlag flag : ALL) {
            if (flag.name().equals(name)) {
                return flag;
            }
        }
        return null;
    }
}
