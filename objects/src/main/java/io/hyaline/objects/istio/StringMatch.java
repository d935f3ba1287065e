package io.hyaline.objects.istio;

/** Exactly one of the three is set; all empty matches presence. */
public record StringMatch(String exact, String prefix, String regex) {}
