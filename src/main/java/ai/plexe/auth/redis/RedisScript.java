package ai.plexe.auth.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script from {@code resources/redis}, put together once at start.
 *
 * @param name what it is called in metrics
 * @param source the Lua text
 * @param sha1 the name Redis caches it under, in hex digits
 */
public record RedisScript(String name, byte[] source, byte[] sha1) {

    /** Loads {@code redis/<name>.lua}, with the named preludes in front of it. */
    public static RedisScript load(String name, String... preludes) {
        StringBuilder source = new StringBuilder();
        for (String prelude : preludes) {
            source.append(read(prelude)).append('\n');
        }
        source.append(read(name));
        byte[] text = source.toString().getBytes(StandardCharsets.UTF_8);
        return new RedisScript(name, text, sha1(text));
    }

    private static String read(String name) {
        String path = "redis/" + name + ".lua";
        try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] sha1(byte[] source) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(source);
            return HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
