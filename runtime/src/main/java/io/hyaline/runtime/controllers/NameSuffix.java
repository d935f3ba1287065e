package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** The letters at the end of generated names: none that could spell a word. */
final class NameSuffix {

    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    private NameSuffix() {}

    static String random() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            text.append(LETTERS.charAt(ThreadLocalRandom.current().nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    /** The same for the same template and number of collisions. */
    static String of(PodTemplateSpec template, int collisions) {
        return of(Templates.canonical(template) + "#" + collisions);
    }

    static String of(String text) {
        int hash = FNV_OFFSET;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        StringBuilder suffix = new StringBuilder();
        String digits = Integer.toUnsignedString(hash);
        for (int i = 0; i < digits.length(); i++) {
            char digit = digits.charAt(i);
            suffix.append(LETTERS.charAt(digit % LETTERS.length()));
        }
        return suffix.toString();
    }
}
