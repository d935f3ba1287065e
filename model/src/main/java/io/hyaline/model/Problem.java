package io.hyaline.model;

/** An object that was left out of the snapshot, or a part of it, and why. */
public record Problem(String kind, ObjectKey key, String reason) {}
