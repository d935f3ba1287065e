/** Kubernetes and Istio objects: types, text, validation, and the client that lists and watches them. */
@NullMarked
package io.hyaline.objects;

import org.jspecify.annotations.NullMarked;
