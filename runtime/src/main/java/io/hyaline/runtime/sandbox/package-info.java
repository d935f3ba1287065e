/**
 * A pod's processes: one init that holds the namespaces, and containers as processes inside them, each with an overlay
 * over the host's root directory. Everything below the init ends with it, and it ends with the thread that started it.
 */
@NullMarked
package io.hyaline.runtime.sandbox;

import org.jspecify.annotations.NullMarked;
