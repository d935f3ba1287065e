/** The whole cluster on one machine: its processes, its state directory, and the roles wired together. */
@NullMarked
package io.hyaline.cli.cluster;

import org.jspecify.annotations.NullMarked;
