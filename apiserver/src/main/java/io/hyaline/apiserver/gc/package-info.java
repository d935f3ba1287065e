/** What vanishes by itself: dependents of deleted owners, contents of deleted namespaces and kinds, old events. */
@NullMarked
package io.hyaline.apiserver.gc;

import org.jspecify.annotations.NullMarked;
