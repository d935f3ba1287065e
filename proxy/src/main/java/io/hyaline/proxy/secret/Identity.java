package io.hyaline.proxy.secret;

import io.hyaline.identity.SpiffeId;
import io.hyaline.proxy.subscribe.Target;
import java.nio.file.Path;

/**
 * Who a sidecar is, and where it proves it.
 *
 * @param ca the server of {@code istio.v1.auth.IstioCertificateService}
 * @param caRoots file with the roots that the CA's certificate is judged by, and that peers are judged by beside those
 *     that the CA sends
 * @param token file with the service account's token
 */
public record Identity(SpiffeId id, Target ca, Path caRoots, Path token) {}
