package ai.plexe.auth.session;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Texts that a browser keeps for the service and can neither read nor change: encrypted with a key of the master key's, for one
 * purpose and until a moment. Any instance opens what another has sealed. Any thread; does not wait.
 */
@ApplicationScoped
public class Seal {

    /** Browsers keep cookies of 4,096 characters, with the name and the attributes (RFC 6265, section 6.1). */
    private static final int MAX_LENGTH = 3500;

    private final MasterKey key;
    private final List<AesGcm> ciphers;
    private final Clock clock;

    Seal(MasterKey key, Clock clock) {
        this.key = key;
        this.ciphers = key.deriveAll("seal").stream().map(AesGcm::new).toList();
        this.clock = clock;
    }

    /**
     * The sealed text, in unpadded base64url.
     *
     * @throws IllegalArgumentException if it is too long for a browser to keep
     */
    public String close(String purpose, String text, Instant expiresAt) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] dated = ByteBuffer.allocate(Long.BYTES + bytes.length)
                .putLong(expiresAt.toEpochMilli())
                .put(bytes)
                .array();
        String sealed = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ciphers.get(0).wrap(purpose, dated));
        if (sealed.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(purpose + " is too long to be sealed");
        }
        return sealed;
    }

    /** The text that was sealed for this purpose; null if it was not, or has expired. */
    public String open(String purpose, String sealed) {
        if (sealed.length() > MAX_LENGTH) {
            return null;
        }
        return decoded(sealed)
                .flatMap(wrapped -> ciphers.stream()
                        .map(cipher -> cipher.unwrap(purpose, wrapped))
                        .flatMap(Optional::stream)
                        .findFirst())
                .map(ByteBuffer::wrap)
                .filter(dated -> Instant.ofEpochMilli(dated.getLong()).isAfter(clock.instant()))
                .map(dated -> StandardCharsets.UTF_8.decode(dated).toString())
                .orElse(null);
    }

    private static Optional<byte[]> decoded(String sealed) {
        try {
            return Optional.of(Base64.getUrlDecoder().decode(sealed));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A secret of 256 bits in base64 that is the same on every instance with this master key, of which it tells nothing. */
    public String secretFor(String purpose) {
        return Base64.getEncoder().encodeToString(key.derive(purpose));
    }
}
