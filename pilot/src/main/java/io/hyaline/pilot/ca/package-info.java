/** The mesh's certificate authority: a root that is made once, certificates for service accounts, roots told to every namespace. */
@NullMarked
package io.hyaline.pilot.ca;

import org.jspecify.annotations.NullMarked;
