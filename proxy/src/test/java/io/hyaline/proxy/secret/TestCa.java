package io.hyaline.proxy.secret;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.hyaline.identity.Pem;
import io.hyaline.xds.ca.IstioCertificateRequest;
import io.hyaline.xds.ca.IstioCertificateResponse;
import io.hyaline.xds.ca.IstioCertificateServiceGrpc;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A CA for tests: signs what it is asked for when the token is right. */
public final class TestCa extends IstioCertificateServiceGrpc.IstioCertificateServiceImplBase
        implements ServerInterceptor {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<String> CALLER = Context.key("caller");

    private final KeyPair key = newKey();
    private final Duration lifetime;
    private final InstantSource clock;
    public final X509Certificate root;
    public final List<String> callers = new ArrayList<>();
    public volatile String refuse = "";

    public TestCa(Duration lifetime, InstantSource clock) {
        this.lifetime = lifetime;
        this.clock = clock;
        this.root = sign(
                key.getPublic(),
                "CN=root",
                builder -> builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(1)));
    }

    interface Extra {
        void add(X509v3CertificateBuilder builder) throws Exception;
    }

    /** A server's certificate for a DNS name, and its key. */
    public record ServerCertificate(String chainPem, String keyPem) {}

    public ServerCertificate server(String name) {
        return server(name, newKey());
    }

    public ServerCertificate server(String name, KeyPair pair) {
        X509Certificate certificate = sign(
                pair.getPublic(),
                "CN=" + name,
                builder -> builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, name))));
        return new ServerCertificate(Pem.ofCertificates(List.of(certificate, root)), Pem.ofKey(pair.getPrivate()));
    }

    /** The chain for a PEM request, as the service answers it. */
    List<String> chainFor(String requestPem) {
        try {
            PKCS10CertificationRequest request =
                    new PKCS10CertificationRequest(Pem.content("CERTIFICATE REQUEST", requestPem));
            Extensions extensions =
                    Extensions.getInstance(request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)[0]
                            .getAttrValues()
                            .getObjectAt(0));
            PublicKey subject = new JcaPKCS10CertificationRequest(request).getPublicKey();
            X509Certificate leaf = sign(
                    subject,
                    "",
                    builder -> builder.addExtension(extensions.getExtension(Extension.subjectAlternativeName)));
            return List.of(Pem.ofCertificates(List.of(leaf)), Pem.ofCertificates(List.of(root)));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void createCertificate(IstioCertificateRequest request, StreamObserver<IstioCertificateResponse> responses) {
        synchronized (callers) {
            callers.add(CALLER.get());
        }
        if (!refuse.isEmpty()) {
            responses.onError(Status.UNAUTHENTICATED.withDescription(refuse).asException());
            return;
        }
        responses.onNext(IstioCertificateResponse.newBuilder()
                .addAllCertChain(chainFor(request.getCsr()))
                .build());
        responses.onCompleted();
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return Contexts.interceptCall(
                Context.current().withValue(CALLER, headers.get(AUTHORIZATION)), call, headers, next);
    }

    private X509Certificate sign(PublicKey subject, String name, Extra extra) {
        try {
            Instant now = clock.instant();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name("CN=root"),
                    BigInteger.valueOf(now.toEpochMilli()),
                    Date.from(now.minusSeconds(60)),
                    Date.from(now.plus(name.equals("CN=root") ? Duration.ofDays(365) : lifetime)),
                    new X500Name(name),
                    subject);
            extra.add(builder);
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
