package io.hyaline.proxy.codec;

/** Comma-separated words of a header's value. */
final class Words {

    private Words() {}

    static boolean contains(String list, String word) {
        if (list.equalsIgnoreCase(word)) {
            return true;
        }
        for (String each : list.split(",")) {
            if (each.trim().equalsIgnoreCase(word)) {
                return true;
            }
        }
        return false;
    }
}
