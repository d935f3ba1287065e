/** All sidecars of a node in one process: a control socket, and one sidecar for each pod inside the pod's namespace. */
@NullMarked
package io.hyaline.proxy.node;

import org.jspecify.annotations.NullMarked;
