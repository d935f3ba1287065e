/**
 * Istio's kinds as records: the one source of their types, of their CustomResourceDefinitions and of what the pilot reads.
 *
 * <p>Absent is what protobuf's JSON means by it: an empty string, an empty list, 0, false; a nullable component is a
 * message or a wrapper.
 */
@NullMarked
package io.hyaline.objects.istio;

import org.jspecify.annotations.NullMarked;
