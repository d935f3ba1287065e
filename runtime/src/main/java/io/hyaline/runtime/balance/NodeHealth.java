package io.hyaline.runtime.balance;

/** What a node's health port says. */
enum NodeHealth {
    /** Nobody has asked yet. */
    UNKNOWN,
    /** It answers that all is well. */
    GOOD,
    /** It answers that something is not. */
    BAD,
    /** It does not answer. */
    SILENT
}
