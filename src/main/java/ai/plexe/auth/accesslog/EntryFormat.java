package ai.plexe.auth.accesslog;

import ai.plexe.auth.access.Client;
import ai.plexe.auth.address.IpAddress;
import ai.plexe.auth.id.TimeOrderedId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;

/**
 * Entries on their way through Redis. Two kinds: what a script has judged, which puts the outcome and the key's identity
 * before what it was given of the request; and what we write ourselves, with an id and a time of its own.
 *
 * <pre>
 *     judged   1, outcome, identity ("key account level …"), request
 *     told     2 or, for a refusal, 3; milliseconds since 1970 (8 bytes), id, outcome, account, key, user, session, target,
 *              level, request
 *     request  event, cost (4 bytes), address (16 bytes), method, path, user agent, request id
 * </pre>
 *
 * Texts are in Latin-1, behind their length in two bytes; a length of 65535 is null. Any
 * thread.
 */
final class EntryFormat {

    static final byte JUDGED = 1;
    static final byte TOLD = 2;
    static final byte TOLD_REFUSAL = 3;

    private static final int NULL = 0xffff;

    private EntryFormat() {}

    /** What a script is given of a request: the end of an entry. */
    static byte[] request(Event event, long cost, Client client) {
        Request request = new Request(event, cost, client);
        ByteBuffer bytes = ByteBuffer.allocate(request.size());
        request.put(bytes);
        return bytes.array();
    }

    /** An entry of our own. */
    static byte[] told(AccessLog.Entry entry, String id, Instant time) {
        Request request = new Request(entry.event(), 0, entry.client());
        String level = entry.level() == null ? null : entry.level().wireName();
        ByteBuffer told = ByteBuffer.allocate(9
                + size(id)
                + size(entry.outcome())
                + size(entry.accountId())
                + size(entry.keyId())
                + size(entry.userId())
                + size(entry.sessionId())
                + size(entry.targetId())
                + size(level)
                + request.size());
        told.put(entry.isRefusal() ? TOLD_REFUSAL : TOLD).putLong(time.toEpochMilli());
        put(told, id);
        put(told, entry.outcome());
        put(told, entry.accountId());
        put(told, entry.keyId());
        put(told, entry.userId());
        put(told, entry.sessionId());
        put(told, entry.targetId());
        put(told, level);
        request.put(told);
        return told.array();
    }

    /** Entries one after the other, each behind its length in two bytes. */
    static byte[] together(List<byte[]> entries) {
        ByteBuffer together = ByteBuffer.allocate(
                entries.stream().mapToInt(entry -> 2 + entry.length).sum());
        entries.forEach(entry -> together.putShort((short) entry.length).put(entry));
        return together.array();
    }

    /** The end of an entry. */
    private record Request(Event event, long cost, Client client) {

        int size() {
            return 4
                    + EntryFormat.size(event.wireName())
                    + (client.address() == null ? 2 : 18)
                    + EntryFormat.size(client.method())
                    + EntryFormat.size(client.path())
                    + EntryFormat.size(client.userAgent())
                    + EntryFormat.size(client.requestId());
        }

        void put(ByteBuffer bytes) {
            EntryFormat.put(bytes, event.wireName());
            bytes.putInt((int) cost);
            EntryFormat.put(
                    bytes, client.address() == null ? null : client.address().toBytes());
            EntryFormat.put(bytes, client.method());
            EntryFormat.put(bytes, client.path());
            EntryFormat.put(bytes, client.userAgent());
            EntryFormat.put(bytes, client.requestId());
        }
    }

    /**
     * Reads an entry.
     *
     * @param stream where it was
     * @param streamId its id there: milliseconds since 1970, a hyphen, and a number
     * @throws IllegalArgumentException if it is none
     */
    static LogEntry read(String stream, String streamId, byte[] bytes) {
        ByteBuffer entry = ByteBuffer.wrap(bytes);
        try {
            return entry.get() == JUDGED ? readJudged(entry, stream, streamId) : readTold(entry);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("an entry of " + bytes.length + " bytes is cut short", e);
        }
    }

    private static LogEntry readJudged(ByteBuffer entry, String stream, String streamId) {
        int hyphen = streamId.indexOf('-');
        Instant time = Instant.ofEpochMilli(Long.parseLong(streamId, 0, hyphen, 10));
        String outcome = text(entry);
        String[] identity = text(entry).split(" ");
        return readRequest(
                entry,
                idOf(stream, streamId, time, entry.array()),
                time,
                outcome,
                identity[1],
                identity[0],
                null,
                null,
                null,
                identity[2]);
    }

    private static LogEntry readTold(ByteBuffer entry) {
        Instant time = Instant.ofEpochMilli(entry.getLong());
        String id = text(entry);
        String outcome = text(entry);
        String account = text(entry);
        String key = text(entry);
        String user = text(entry);
        String session = text(entry);
        String target = text(entry);
        return readRequest(entry, id, time, outcome, account, key, user, session, target, text(entry));
    }

    private static LogEntry readRequest(
            ByteBuffer entry,
            String id,
            Instant time,
            String outcome,
            String account,
            String key,
            String user,
            String session,
            String target,
            String level) {
        String event = text(entry);
        int cost = entry.getInt();
        byte[] address = bytes(entry);
        String method = text(entry);
        String path = text(entry);
        String userAgent = text(entry);
        return new LogEntry(
                id,
                time,
                event,
                outcome,
                account,
                key,
                user,
                session,
                target,
                level,
                cost,
                address == null ? null : IpAddress.of(address).toString(),
                userAgent,
                method,
                path,
                text(entry));
    }

    /**
     * The id of an entry that a script wrote: whoever reads it gives it the same. It depends on what the entry says too, for a
     * Redis that lost its data and then had its clock set back gives a stream's ids once more.
     */
    private static String idOf(String stream, String streamId, Instant time, byte[] entry) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(stream.getBytes(StandardCharsets.US_ASCII));
            digest.update(streamId.getBytes(StandardCharsets.US_ASCII));
            return TimeOrderedId.of("log", time, ByteBuffer.wrap(digest.digest(entry)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static int size(String text) {
        return text == null ? 2 : 2 + text.length();
    }

    private static void put(ByteBuffer buffer, String text) {
        if (text == null) {
            buffer.putShort((short) NULL);
            return;
        }
        buffer.putShort((short) text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // PostgreSQL takes no NUL in a text.
            buffer.put(c == 0 || c > 0xff ? (byte) '?' : (byte) c);
        }
    }

    private static void put(ByteBuffer buffer, byte[] bytes) {
        if (bytes == null) {
            buffer.putShort((short) NULL);
        } else {
            buffer.putShort((short) bytes.length).put(bytes);
        }
    }

    private static String text(ByteBuffer buffer) {
        byte[] bytes = bytes(buffer);
        return bytes == null ? null : decoded(bytes);
    }

    /** HTTP's headers are read in Latin-1, whatever they were written in; what can be UTF-8 is, for nothing else is in use. */
    private static String decoded(byte[] bytes) {
        CharBuffer text = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes), text, false);
        // The last character may have been cut.
        return result.isUnderflow() ? text.flip().toString() : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        int length = Short.toUnsignedInt(buffer.getShort());
        if (length == NULL) {
            return null;
        }
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }
}
