package ai.plexe.auth.session;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Wraps secrets for the table they are kept in, such as signing keys, and is the root of the keys for all else. While it is
 * being replaced, the next one and the previous one open what they have closed. Any thread; does not wait.
 */
@ApplicationScoped
class MasterKey {

    private static final String SETTING = "PLEXE_MASTER_KEY";

    private final byte[] present;

    /** Null if there is none. */
    private final byte[] next;

    /** Null if there is none. */
    private final byte[] previous;

    /**
     * @throws IllegalArgumentException naming the setting, if it is missing or malformed
     */
    MasterKey(SessionConfig config) {
        String text = config.masterKey()
                .orElseThrow(() ->
                        new IllegalArgumentException(SETTING + " is not set. Make one with: openssl rand -base64 32"));
        this.present = decoded(SETTING, text);
        this.next = config.masterKeyNext()
                .map(other -> decoded(SETTING + "_NEXT", other))
                .orElse(null);
        this.previous = config.masterKeyPrevious()
                .map(other -> decoded(SETTING + "_PREVIOUS", other))
                .orElse(null);
    }

    private static byte[] decoded(String setting, String text) {
        try {
            byte[] bytes =
                    Base64.getDecoder().decode(text.strip().replace('-', '+').replace('_', '/'));
            if (bytes.length == AesGcm.KEY_BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // Told below, without the text.
        }
        throw new IllegalArgumentException(setting + " must be 32 bytes in base64: openssl rand -base64 32");
    }

    byte[] wrap(String name, byte[] secret) {
        return new AesGcm(present).wrap(name, secret);
    }

    /**
     * @throws IllegalStateException if it was wrapped with another master key, under another name, or was tampered with
     */
    byte[] unwrap(String name, byte[] wrapped) {
        return all().map(key -> new AesGcm(key).unwrap(name, wrapped))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        name + " can't be unwrapped: " + SETTING + " is not the one it was wrapped with"));
    }

    /** Whether it takes the place of one with which something may be wrapped still. */
    boolean hasPrevious() {
        return previous != null;
    }

    /** The same secret wrapped with this key, if it is wrapped with the previous one. */
    Optional<byte[]> renewed(String name, byte[] wrapped) {
        return Optional.ofNullable(previous)
                .flatMap(key -> new AesGcm(key).unwrap(name, wrapped))
                .map(secret -> wrap(name, secret));
    }

    /** A key for each purpose, which tells nothing of this one. */
    byte[] derive(String purpose) {
        return derive(present, purpose);
    }

    /** The keys for a purpose of this key, first, and of those before and after it. */
    List<byte[]> deriveAll(String purpose) {
        return all().map(key -> derive(key, purpose)).toList();
    }

    private Stream<byte[]> all() {
        return Stream.of(present, next, previous).filter(Objects::nonNull);
    }

    /** HMAC-SHA-256 of the purpose (RFC 5869, section 2.3, with one block). */
    private static byte[] derive(byte[] key, String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(purpose.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 1);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }
}
