/** The OpenAPI documents, made from schemas when somebody asks. */
@NullMarked
package io.hyaline.apiserver.openapi;

import org.jspecify.annotations.NullMarked;
