/** The few Linux calls that the JDK does not offer: namespaces, processes inside them, kernel switches. */
@NullMarked
package io.hyaline.linux;

import org.jspecify.annotations.NullMarked;
