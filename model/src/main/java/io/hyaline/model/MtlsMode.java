package io.hyaline.model;

/** Whether a workload's port takes mutual TLS, plaintext or both. */
public enum MtlsMode {
    DISABLE,
    PERMISSIVE,
    STRICT
}
