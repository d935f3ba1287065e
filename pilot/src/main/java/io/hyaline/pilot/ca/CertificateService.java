package io.hyaline.pilot.ca;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.hyaline.pilot.auth.Caller;
import io.hyaline.xds.ca.IstioCertificateRequest;
import io.hyaline.xds.ca.IstioCertificateResponse;
import io.hyaline.xds.ca.IstioCertificateServiceGrpc;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code istio.v1.auth.IstioCertificateService}: what a proxy asks for its certificate. */
public final class CertificateService extends IstioCertificateServiceGrpc.IstioCertificateServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateService.class);

    private final CertificateAuthority authority;
    private final Supplier<String> trustDomain;

    public CertificateService(CertificateAuthority authority, Supplier<String> trustDomain) {
        this.authority = authority;
        this.trustDomain = trustDomain;
    }

    @Override
    public void createCertificate(IstioCertificateRequest request, StreamObserver<IstioCertificateResponse> response) {
        Caller caller = Caller.current();
        if (caller == null) {
            response.onError(Status.UNAUTHENTICATED
                    .withDescription("certificates are signed on the TLS port only")
                    .asRuntimeException());
            return;
        }
        String spiffeId = caller.spiffeId(trustDomain.get());
        try {
            List<String> chain =
                    authority.sign(request.getCsr(), spiffeId, Duration.ofSeconds(request.getValidityDuration()));
            LOG.info("signed a certificate for {}", spiffeId);
            response.onNext(
                    IstioCertificateResponse.newBuilder().addAllCertChain(chain).build());
            response.onCompleted();
        } catch (IllegalArgumentException e) {
            LOG.warn("refused a certificate for {}: {}", spiffeId, e.getMessage());
            response.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        }
    }
}
