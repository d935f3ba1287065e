/** Bodies in the binary encoding that kubectl create and typed Go clients prefer. */
@NullMarked
package io.hyaline.apiserver.protobuf;

import org.jspecify.annotations.NullMarked;
