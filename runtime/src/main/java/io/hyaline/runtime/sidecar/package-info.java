/**
 * What injection adds to a pod, without images: {@code istio-init} becomes capture rules, {@code istio-proxy} an instance in
 * the proxy process that all pods of a node share.
 */
@NullMarked
package io.hyaline.runtime.sidecar;

import org.jspecify.annotations.NullMarked;
