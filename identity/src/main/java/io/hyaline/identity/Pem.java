package io.hyaline.identity;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PEM text (RFC 7468) for certificates, keys and requests. */
public final class Pem {

    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final int TEXT_LIMIT = 4 * 1024 * 1024;
    private static final String RSA = "1.2.840.113549.1.1.1";
    private static final String EC = "1.2.840.10045.2.1";
    private static final String P256 = "1.2.840.10045.3.1.7";

    private record Block(String label, String base64) {

        byte[] content() {
            try {
                return Base64.getMimeDecoder().decode(base64);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("damaged " + label + " block: " + e.getMessage(), e);
            }
        }
    }

    private Pem() {}

    public static String ofCertificates(List<X509Certificate> chain) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : chain) {
            try {
                text.append(block("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateException e) {
                throw new IllegalArgumentException("certificate has no encoding", e);
            }
        }
        return text.toString();
    }

    public static String ofKey(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    public static String ofRequest(byte[] request) {
        return block("CERTIFICATE REQUEST", request);
    }

    /** Every certificate in {@code text}, in order; at least one. */
    public static List<X509Certificate> certificates(String text) {
        List<X509Certificate> chain = new ArrayList<>();
        for (Block block : blocks(text)) {
            if (block.label().equals("CERTIFICATE")) {
                chain.add(certificate(block.content()));
            }
        }
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("no CERTIFICATE block in the PEM text");
        }
        return List.copyOf(chain);
    }

    /** The first private key in {@code text}: PKCS#8, or the older RSA and EC (P-256) forms. */
    public static PrivateKey privateKey(String text) {
        for (Block block : blocks(text)) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return key(block.content());
                }
                case "RSA PRIVATE KEY" -> {
                    return key(pkcs8(Der.sequence(Der.oid(RSA), Der.of(0x05)), block.content()));
                }
                case "EC PRIVATE KEY" -> {
                    return key(pkcs8(Der.sequence(Der.oid(EC), Der.oid(P256)), block.content()));
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new IllegalArgumentException("the private key is encrypted; store it without a password");
                default -> {}
            }
        }
        throw new IllegalArgumentException("no PRIVATE KEY block in the PEM text");
    }

    /** The content of the first block with {@code label}. */
    public static byte[] content(String label, String text) {
        for (Block block : blocks(text)) {
            if (block.label().equals(label)) {
                return block.content();
            }
        }
        throw new IllegalArgumentException("no " + label + " block in the PEM text");
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return Der.sequence(Der.integer(0), algorithm, Der.of(Der.OCTET_STRING, key));
    }

    private static PrivateKey key(byte[] pkcs8) {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
        for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (GeneralSecurityException _) {
                // Not of this algorithm: the next one is tried, and the end of the list is the error.
            }
        }
        throw new IllegalArgumentException("the private key is neither EC, RSA nor Ed25519, or it is damaged");
    }

    private static X509Certificate certificate(byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new IllegalArgumentException("damaged certificate: " + e.getMessage(), e);
        }
    }

    private static List<Block> blocks(String text) {
        if (text.length() > TEXT_LIMIT) {
            throw new IllegalArgumentException("PEM text longer than " + TEXT_LIMIT + " characters");
        }
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    private static String block(String label, byte[] content) {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }
}
