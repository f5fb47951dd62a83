package ai.plexe.auth.testing;

import io.restassured.RestAssured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** Requests as no client library would send them. */
public final class RawHttp {

    private static final int SILENCE_MS = 3_000;
    private static final int LONGEST_SILENCE_MS = 10_000;

    private RawHttp() {}

    /** All that the tests' service answers to these bytes. */
    public static String send(String bytes) throws IOException {
        return send(RestAssured.port, bytes);
    }

    /** A connection to this port that has sent these bytes; whoever reads from it waits for ten seconds at most. */
    public static Socket open(int port, String bytes) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(LONGEST_SILENCE_MS);
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    /** All that is answered at this port until the other side hangs up, or has been silent for three seconds. */
    public static String send(int port, String bytes) throws IOException {
        try (Socket socket = open(port, bytes)) {
            socket.setSoTimeout(SILENCE_MS);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            try {
                in.transferTo(answer);
            } catch (SocketTimeoutException silence) {
                // What came is the answer.
            }
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
