package io.hyaline.model;

/** How a pod's inbound connections reach its proxy. */
public enum InterceptionMode {
    REDIRECT,
    TPROXY,
    NONE
}
