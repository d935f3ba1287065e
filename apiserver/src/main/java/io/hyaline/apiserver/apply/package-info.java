/** Who owns which field: managedFields, and server-side apply as a merge of what somebody says with what there is. */
@NullMarked
package io.hyaline.apiserver.apply;

import org.jspecify.annotations.NullMarked;
