package io.hyaline.it.cluster;

/** A real Envoy in each pod. */
final class EnvoyOracleTest extends OracleRows {

    EnvoyOracleTest() {
        super("envoy");
    }
}
