/** Pods as network namespaces: controllers, nodes, services and images. */
@NullMarked
package io.hyaline.runtime;

import org.jspecify.annotations.NullMarked;
