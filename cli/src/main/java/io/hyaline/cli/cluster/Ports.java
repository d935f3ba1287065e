package io.hyaline.cli.cluster;

/** Where the control plane listens, with Istio's numbers. */
final class Ports {

    static final int XDS = 15010;
    static final int XDS_TLS = 15012;
    static final int WEBHOOK = 15017;
    static final int DEBUG = 15014;

    private Ports() {}
}
