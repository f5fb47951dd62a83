package ai.plexe.auth.session;

import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.DefaultJWTParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import io.smallrye.jwt.build.Jwt;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.lang.JoseException;

/**
 * The JWTs (RFC 7519) that stand for sessions: signed with ES256 by one of {@link SigningKeys}, for this service alone. A good
 * one says whose session it is; whether that lives, {@link LiveSessions} knows. Any thread; does not wait.
 */
@ApplicationScoped
class SessionToken {

    private static final int MAX_LENGTH = 2048;
    private static final int MAX_REMEMBERED = 10_000;
    private static final ProblemException INVALID =
            ProblemException.of(ProblemCode.INVALID_SESSION, "The session token is not a valid one. Sign in again.");
    static final ProblemException EXPIRED =
            ProblemException.of(ProblemCode.SESSION_EXPIRED, "The session has expired. Sign in again.");

    private final SigningKeys keys;
    private final JWTParser parser = new DefaultJWTParser();
    private final String issuer;
    private final Clock clock;

    /** Tokens whose signature was found good, for checking it takes longer than all else. */
    private final Cache<String, Claims> good = Caffeine.newBuilder()
            .maximumSize(MAX_REMEMBERED)
            .executor(Runnable::run)
            .build();

    /**
     * What a good token says.
     *
     * @param keyId of the key that signed it
     */
    record Claims(String sessionId, String accountId, String userId, Instant expiresAt, String keyId) {}

    SessionToken(SigningKeys keys, SessionConfig config, Clock clock) {
        this.keys = keys;
        this.issuer = config.publicUrl().toString();
        this.clock = clock;
    }

    String mint(Person person, String sessionId, Instant authenticatedAt, Instant expiresAt) {
        Instant now = clock.instant();
        KeyRing.Key key = keys.ring().signer(now);
        return Jwt.issuer(issuer)
                .audience(issuer)
                .subject(person.userId())
                .claim("sid", sessionId)
                .claim("acc", person.accountId())
                .claim("role", person.role().wireName())
                .claim("auth_time", authenticatedAt.getEpochSecond())
                .issuedAt(now)
                .expiresAt(expiresAt)
                .jws()
                .keyId(key.id())
                .algorithm(SignatureAlgorithm.ES256)
                .sign(key.privateKey());
    }

    /**
     * What the token says, if it is one of ours and holds.
     *
     * @throws ProblemException {@code session_expired} if it held once, else {@code invalid_session}
     */
    Claims read(String token) {
        if (token.length() > MAX_LENGTH) {
            throw INVALID;
        }
        Claims known = good.getIfPresent(token);
        Instant now = clock.instant();
        if (known == null) {
            known = verify(token, now);
            good.put(token, known);
        } else if (keys.ring().accepted(known.keyId(), now) == null) {
            throw INVALID;
        }
        if (!now.isBefore(known.expiresAt())) {
            throw EXPIRED;
        }
        return known;
    }

    /** What the token says, if it is one of ours and has not expired; else null. */
    Claims readOrNull(String token) {
        try {
            return read(token);
        } catch (ProblemException e) {
            return null;
        }
    }

    private Claims verify(String token, Instant now) {
        try {
            KeyRing.Key key = keys.ring()
                    .accepted(JsonWebStructure.fromCompactSerialization(token).getKeyIdHeaderValue(), now);
            if (key == null) {
                throw INVALID;
            }
            JsonWebToken jwt = parser.parse(token, expectations(key));
            Instant expiresAt = Instant.ofEpochSecond(jwt.getExpirationTime());
            if (Instant.ofEpochSecond(jwt.getIssuedAtTime()).isAfter(now.plusSeconds(1))) {
                throw INVALID;
            }
            return new Claims(
                    jwt.<String>getClaim("sid"), jwt.<String>getClaim("acc"), jwt.getSubject(), expiresAt, key.id());
        } catch (ParseException e) {
            throw e.getCause() instanceof InvalidJwtException refusal && isOnlyExpired(refusal) ? EXPIRED : INVALID;
        } catch (JoseException | ClassCastException e) {
            // The latter is of a header whose member is of another type than it should.
            throw INVALID;
        }
    }

    private static boolean isOnlyExpired(InvalidJwtException refusal) {
        return refusal.hasErrorCode(ErrorCodes.EXPIRED)
                && refusal.getErrorDetails().size() == 1;
    }

    private JWTAuthContextInfo expectations(KeyRing.Key key) {
        JWTAuthContextInfo expected = new JWTAuthContextInfo(key.publicKey(), issuer);
        expected.setSignatureAlgorithm(Set.of(SignatureAlgorithm.ES256));
        expected.setExpectedAudience(Set.of(issuer));
        expected.setRequiredClaims(Set.of("sid", "acc", "sub", "iat", "exp"));
        expected.setClockSkew(0);
        return expected;
    }
}
