/** What a pod mounts: which files belong into a volume, and directories that hold them. */
@NullMarked
package io.hyaline.runtime.volumes;

import org.jspecify.annotations.NullMarked;
