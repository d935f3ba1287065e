/**
 * Differential tests: the same Envoy bootstrap, the same client bytes and the same upstream behaviour for a real Envoy and for
 * Hyaline. A case is one file below {@code it/src/test/differential}; Envoy is the oracle, run at test time.
 * {@link io.hyaline.it.differential.CaseFile} describes the file format, {@code docs/compatibility.md} lists the differences.
 */
package io.hyaline.it.differential;
