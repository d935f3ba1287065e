/** What kubectl get prints. */
@NullMarked
package io.hyaline.apiserver.table;

import org.jspecify.annotations.NullMarked;
