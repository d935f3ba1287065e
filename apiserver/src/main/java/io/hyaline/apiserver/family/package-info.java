/** Which IP families a Service has, and how many addresses. */
@NullMarked
package io.hyaline.apiserver.family;

import org.jspecify.annotations.NullMarked;
