/** Test support that knows no product type: golden files, namespaces, waiting. */
@NullMarked
package io.hyaline.testkit;

import org.jspecify.annotations.NullMarked;
