package ai.plexe.auth.session;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Wraps secrets with AES-256-GCM (NIST SP 800-38D), such as signing keys for the table they are kept in. The name of what is
 * wrapped is bound to it, so that one can't be put in place of another. Any thread; does not wait.
 */
@ApplicationScoped
class MasterKey {

    private static final String SETTING = "PLEXE_MASTER_KEY";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    /**
     * @throws IllegalArgumentException naming the setting, if it is missing or malformed
     */
    MasterKey(SessionConfig config) {
        String text = config.masterKey()
                .orElseThrow(() ->
                        new IllegalArgumentException(SETTING + " is not set. Make one with: openssl rand -base64 32"));
        this.key = new SecretKeySpec(decoded(text.strip()), "AES");
    }

    private static byte[] decoded(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
            if (bytes.length == KEY_BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // Told below, without the text.
        }
        throw new IllegalArgumentException(SETTING + " must be 32 bytes in base64: openssl rand -base64 32");
    }

    byte[] wrap(String name, byte[] secret) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, name, nonce, secret, 0);
        byte[] wrapped = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
        System.arraycopy(sealed, 0, wrapped, NONCE_BYTES, sealed.length);
        return wrapped;
    }

    /**
     * @throws IllegalStateException if it was wrapped with another master key, under another name, or was tampered with
     */
    byte[] unwrap(String name, byte[] wrapped) {
        return crypt(Cipher.DECRYPT_MODE, name, Arrays.copyOf(wrapped, NONCE_BYTES), wrapped, NONCE_BYTES);
    }

    /** HMAC-SHA-256 of the purpose: another key for each (RFC 5869, section 2.3, with one block). */
    byte[] derive(String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getEncoded(), "HmacSHA256"));
            mac.update(purpose.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 1);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    private byte[] crypt(int mode, String name, byte[] nonce, byte[] text, int from) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(text, from, text.length - from);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    name + " can't be unwrapped: " + SETTING + " is not the one it was wrapped with", e);
        }
    }
}
