/** What the API server asks a node for: a container's log, and a command run inside it. */
@NullMarked
package io.hyaline.runtime.agent;

import org.jspecify.annotations.NullMarked;
