/** What is wrong with an object, kind by kind, in the words of Kubernetes. */
@NullMarked
package io.hyaline.apiserver.validate;

import org.jspecify.annotations.NullMarked;
