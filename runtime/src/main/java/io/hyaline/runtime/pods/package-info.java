/**
 * A node's kubelet: one worker per pod, which decides by {@link io.hyaline.runtime.pods.PodDecision}, acts, and reports
 * by {@link io.hyaline.runtime.pods.PodReport}.
 */
@NullMarked
package io.hyaline.runtime.pods;

import org.jspecify.annotations.NullMarked;
