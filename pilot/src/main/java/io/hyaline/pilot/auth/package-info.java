/** Who is calling the pilot: a service account, proven by a token or by a mesh certificate. */
@NullMarked
package io.hyaline.pilot.auth;

import org.jspecify.annotations.NullMarked;
