package ai.plexe.auth.session;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Wraps secrets for the table they are kept in, such as signing keys, and is the root of the keys for all else. Any thread;
 * does not wait.
 */
@ApplicationScoped
class MasterKey {

    private static final String SETTING = "PLEXE_MASTER_KEY";

    private final byte[] bytes;
    private final AesGcm cipher;

    /**
     * @throws IllegalArgumentException naming the setting, if it is missing or malformed
     */
    MasterKey(SessionConfig config) {
        String text = config.masterKey()
                .orElseThrow(() ->
                        new IllegalArgumentException(SETTING + " is not set. Make one with: openssl rand -base64 32"));
        this.bytes = decoded(text.strip());
        this.cipher = new AesGcm(bytes);
    }

    private static byte[] decoded(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
            if (bytes.length == AesGcm.KEY_BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // Told below, without the text.
        }
        throw new IllegalArgumentException(SETTING + " must be 32 bytes in base64: openssl rand -base64 32");
    }

    byte[] wrap(String name, byte[] secret) {
        return cipher.wrap(name, secret);
    }

    /**
     * @throws IllegalStateException if it was wrapped with another master key, under another name, or was tampered with
     */
    byte[] unwrap(String name, byte[] wrapped) {
        try {
            return cipher.unwrap(name, wrapped);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    name + " can't be unwrapped: " + SETTING + " is not the one it was wrapped with", e);
        }
    }

    /** HMAC-SHA-256 of the purpose: another key for each (RFC 5869, section 2.3, with one block). */
    byte[] derive(String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
            mac.update(purpose.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 1);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }
}
