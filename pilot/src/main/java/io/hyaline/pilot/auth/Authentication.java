package io.hyaline.pilot.auth;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets only calls through that prove a service account: by bearer token, else by the client's certificate. */
public final class Authentication implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String BEARER = "Bearer ";
    private static final int URI_NAME = 6;

    private final TokenCheck tokens;

    public Authentication(TokenCheck tokens) {
        this.tokens = tokens;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Caller caller;
        try {
            caller = caller(call, headers);
        } catch (RuntimeException e) {
            LOG.warn("the token of a caller could not be checked", e);
            call.close(
                    Status.UNAVAILABLE.withDescription("the Kubernetes API did not answer the token review; try again"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        if (caller == null) {
            call.close(
                    Status.UNAUTHENTICATED.withDescription(
                            "neither a valid token for audience istio-ca nor a mesh certificate was shown"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        return Contexts.interceptCall(Context.current().withValue(Caller.KEY, caller), call, headers, next);
    }

    private @Nullable Caller caller(ServerCall<?, ?> call, Metadata headers) {
        String authorization = headers.get(AUTHORIZATION);
        if (authorization != null && authorization.startsWith(BEARER)) {
            return tokens.callerOf(authorization.substring(BEARER.length()));
        }
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        return session == null ? null : ofCertificate(session);
    }

    private static @Nullable Caller ofCertificate(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            Collection<List<?>> names = ((X509Certificate) chain[0]).getSubjectAlternativeNames();
            if (names == null) {
                return null;
            }
            List<String> uris = names.stream()
                    .filter(n -> n.get(0).equals(URI_NAME))
                    .map(n -> (String) n.get(1))
                    .toList();
            return uris.size() == 1 ? Caller.ofSpiffe(uris.getFirst()) : null;
        } catch (SSLPeerUnverifiedException | CertificateParsingException _) {
            return null;
        }
    }
}
