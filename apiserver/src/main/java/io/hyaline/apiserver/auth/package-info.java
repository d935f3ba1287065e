/** Who is calling: certificates, service account tokens, and the reviews about them. */
@NullMarked
package io.hyaline.apiserver.auth;

import org.jspecify.annotations.NullMarked;
