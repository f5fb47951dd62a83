package ai.plexe.auth.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP wire between the service and one of its dependencies that a test can cut, stall and mend. */
public final class Wire implements AutoCloseable {

    private enum State {
        WHOLE,
        CUT,
        STALLED
    }

    private final ServerSocket front;
    private volatile URI target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile State state = State.WHOLE;
    private volatile String cutAt;
    private volatile boolean holding;

    public Wire(URI target) throws IOException {
        this.target = target;
        this.front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        inBackground(this::accept);
    }

    /** The target's URL, by way of this wire. */
    public URI url() {
        return URI.create(target.toString().replace(":" + target.getPort(), ":" + front.getLocalPort()));
    }

    /** Closes every connection and refuses new ones. */
    public void cut() {
        state = State.CUT;
        sockets.forEach(Wire::close);
    }

    /** Keeps the connections and carries nothing more. */
    public void stall() {
        holding = false;
        state = State.STALLED;
    }

    /** Closes every connection and leads new ones elsewhere. */
    public void leadTo(URI other) {
        leadNewOnesTo(other);
        sockets.forEach(Wire::close);
    }

    /** Leads new connections elsewhere and leaves the others as they are. */
    public void leadNewOnesTo(URI other) {
        target = other;
    }

    /** Whether the service has sent something since the stall, which waits here. */
    public boolean isHolding() {
        return holding;
    }

    public void mend() {
        cutAt = null;
        state = State.WHOLE;
    }

    /** Cuts as soon as the service sends this text, before the target gets it. */
    public void cutWhenSent(String text) {
        cutAt = text;
    }

    @Override
    public void close() throws IOException {
        cut();
        front.close();
    }

    private void accept() throws IOException {
        while (!front.isClosed()) {
            Socket client = front.accept();
            if (state == State.CUT) {
                close(client);
                continue;
            }
            Socket server = new Socket(target.getHost(), target.getPort());
            sockets.add(client);
            sockets.add(server);
            inBackground(() -> carry(client, server, true));
            inBackground(() -> carry(server, client, false));
        }
    }

    private void carry(Socket from, Socket to, boolean sent) throws IOException {
        byte[] buffer = new byte[65_536];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                String trigger = cutAt;
                if (sent
                        && trigger != null
                        && new String(buffer, 0, read, StandardCharsets.ISO_8859_1).contains(trigger)) {
                    cut();
                    return;
                }
                while (state == State.STALLED) {
                    holding |= sent;
                    pause();
                }
                out.write(buffer, 0, read);
            }
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    /** A connection that ends is what a wire is for, so its exception says nothing. */
    private static void inBackground(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException ended) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
