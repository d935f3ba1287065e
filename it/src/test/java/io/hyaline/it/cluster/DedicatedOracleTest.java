package io.hyaline.it.cluster;

/** A process of Hyaline's proxy in each pod. */
final class DedicatedOracleTest extends OracleRows {

    DedicatedOracleTest() {
        super("dedicated");
    }
}
