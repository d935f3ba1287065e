/** The shape of every kind: what fields exist, their types, and how their lists merge. */
@NullMarked
package io.hyaline.apiserver.schema;

import org.jspecify.annotations.NullMarked;
