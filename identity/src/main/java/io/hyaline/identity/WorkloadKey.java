package io.hyaline.identity;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;

/** An EC P-256 key that is made here and stays here; only requests signed with it leave. */
public final class WorkloadKey {

    private static final String EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    private static final int CONTEXT_0 = 0xa0;
    private static final int GENERAL_NAME_URI = 0x86;

    private final KeyPair pair;

    private WorkloadKey(KeyPair pair) {
        this.pair = pair;
    }

    public static WorkloadKey generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new WorkloadKey(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot make EC P-256 keys", e);
        }
    }

    public PrivateKey privateKey() {
        return pair.getPrivate();
    }

    /** Whether {@code certificate} is for this key. */
    public boolean matches(X509Certificate certificate) {
        return certificate.getPublicKey().equals(pair.getPublic());
    }

    /**
     * A PKCS#10 request in DER (RFC 2986): empty subject, {@code id} as the only subject alternative name, critical as
     * X.509-SVID asks for an empty subject.
     */
    public byte[] request(SpiffeId id) {
        byte[] names = Der.sequence(Der.ascii(GENERAL_NAME_URI, id.toString()));
        byte[] extension =
                Der.sequence(Der.oid(SUBJECT_ALTERNATIVE_NAME), Der.booleanTrue(), Der.of(Der.OCTET_STRING, names));
        byte[] attributes =
                Der.of(CONTEXT_0, Der.sequence(Der.oid(EXTENSION_REQUEST), Der.of(Der.SET, Der.sequence(extension))));
        byte[] info =
                Der.sequence(Der.integer(0), Der.sequence(), pair.getPublic().getEncoded(), attributes);
        return Der.sequence(info, Der.sequence(Der.oid(ECDSA_WITH_SHA256)), Der.bitString(sign(info)));
    }

    private byte[] sign(byte[] content) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate());
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign with the key made by this process", e);
        }
    }
}
