package ai.plexe.auth.testing;

import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;

/** Signs whatever it is told with the service's own key, as somebody could who has got hold of the master key. */
public record Forger(String kid, PrivateKey key) {

    private static final int NONCE_BYTES = 12;

    /** With the newest key of the tests' service. */
    public static Forger ofService() throws Exception {
        try (Connection database = Backends.database();
                Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT id, wrapped_key FROM signing_key WHERE accepted_until IS NULL ORDER BY id LIMIT 1")) {
            row.next();
            byte[] wrapped = row.getBytes(2);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(Base64.getDecoder().decode(Backends.masterKey()), "AES"),
                    new GCMParameterSpec(128, Arrays.copyOf(wrapped, NONCE_BYTES)));
            cipher.updateAAD(row.getString(1).getBytes(StandardCharsets.UTF_8));
            byte[] pkcs8 = cipher.doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES);
            return new Forger(
                    row.getString(1), KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        }
    }

    public String sign(JwtClaims claims) throws JoseException {
        return sign(claims, kid);
    }

    public String sign(JwtClaims claims, String saidKid) throws JoseException {
        JsonWebSignature token = new JsonWebSignature();
        token.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        token.setKeyIdHeaderValue(saidKid);
        token.setKey(key);
        token.setPayload(claims.toJson());
        return token.getCompactSerialization();
    }
}
