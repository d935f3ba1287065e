/**
 * IstioGateway: a gateway's Deployment and Service as one object. Of what it owns, it writes the fields whose value in the
 * IstioGateway has changed since it last wrote them; everything else belongs to whoever wrote it last.
 */
@NullMarked
package io.hyaline.runtime.gateways;

import org.jspecify.annotations.NullMarked;
