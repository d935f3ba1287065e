/** CustomResourceDefinitions, derived from the records. */
@NullMarked
package io.hyaline.objects.istio.crd;

import org.jspecify.annotations.NullMarked;
