package io.hyaline.it.frames;

/** A field of a head or of trailers, pseudo fields included. */
public record Field(String name, String value) {}
