/** Logs of containers and commands inside them, passed between kubectl and the agent of the pod's node. */
@NullMarked
package io.hyaline.apiserver.stream;

import org.jspecify.annotations.NullMarked;
