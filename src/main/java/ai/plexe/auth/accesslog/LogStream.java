package ai.plexe.auth.accesslog;

import ai.plexe.auth.redis.RedisScript;
import ai.plexe.auth.redis.RedisScripts;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Entries between the door and PostgreSQL: Redis Streams, one per shard, each read by one consumer group. Owns the keys
 * {@code plexe:1:log:…}. What is taken belongs to the consumer that took it, until it is done or, after a crash, taken over by
 * another. Event loops only.
 *
 * <p>A script writes to a stream beside its own key, so both need one hash tag: it names the shard. There are {@value #SHARDS},
 * which a Redis Cluster spreads over its nodes.
 */
@ApplicationScoped
public class LogStream {

    /** For good: another number would leave what waits in Redis behind. */
    private static final int SHARDS = 8;

    private static final String GROUP = "postgresql";
    private static final String TAKEN_AT_ONCE = "250";
    private static final String NEW = "";
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

    private final RedisScripts scripts;
    private final byte[] bound;
    private final int boundOfShard;
    private final RedisScript append = RedisScript.load("log_append", "log");
    private final RedisScript take = RedisScript.load("log_take");
    private final RedisScript measure = RedisScript.load("log_backlog");
    private final RedisScript done = RedisScript.load("log_done");
    private final RedisScript forgetConsumers = RedisScript.load("log_forget_consumers");

    LogStream(RedisScripts scripts, AccessLogConfig config) {
        this.scripts = scripts;
        this.boundOfShard = (config.bound() + SHARDS - 1) / SHARDS;
        this.bound = ascii(String.valueOf(boundOfShard));
    }

    /** An entry in the hands of a consumer. */
    record Taken(int shard, String streamId, byte[] entry) {}

    /**
     * What waits for PostgreSQL.
     *
     * @param oldest when the first of them was written; null if there are none
     * @param droppedRefusals left out so far, as are {@code droppedOthers}
     */
    record Backlog(long entries, Instant oldest, long droppedRefusals, long droppedOthers) {}

    /** The hash tag of what belongs to this name. */
    public static String tagOf(String name) {
        return tag(Math.floorMod(name.hashCode(), SHARDS));
    }

    /** The stream beside the keys of this tag. */
    public static String streamOf(String tag) {
        return "plexe:1:log:" + tag;
    }

    /** How many entries a stream may hold; 0 if there is no log. */
    public int boundOfShard() {
        return boundOfShard;
    }

    /** Writes entries of our own down, in any shard. */
    Uni<Void> append(int shard, List<byte[]> entries) {
        return scripts.run(append, stream(Math.floorMod(shard, SHARDS)), bound, EntryFormat.together(entries))
                .replaceWithVoid();
    }

    /** Takes entries that nobody has taken yet, from all shards. */
    Uni<List<Taken>> take(String consumer) {
        return ofEveryShard(shard -> take(shard, consumer, NEW));
    }

    /** Takes over what others have taken, longer ago than this, and not done: they are gone, or stuck. */
    Uni<List<Taken>> takeOver(String consumer, Duration after) {
        return ofEveryShard(shard -> take(shard, consumer, String.valueOf(after.toMillis())));
    }

    private Uni<List<Taken>> take(int shard, String consumer, String heldFor) {
        return scripts.run(take, stream(shard), ascii(GROUP), ascii(consumer), ascii(TAKEN_AT_ONCE), ascii(heldFor))
                .map(answer -> {
                    List<Taken> taken = new ArrayList<>(answer.size() / 2);
                    for (int i = 0; i < answer.size(); i += 2) {
                        taken.add(new Taken(
                                shard,
                                answer.get(i).toString(),
                                answer.get(i + 1).toBytes()));
                    }
                    return taken;
                });
    }

    /** Removes entries that PostgreSQL has. */
    Uni<Void> done(List<Taken> taken) {
        return ofEveryShard(shard -> {
                    List<byte[]> arguments = new ArrayList<>();
                    arguments.add(ascii(GROUP));
                    taken.stream()
                            .filter(entry -> entry.shard() == shard)
                            .forEach(entry -> arguments.add(ascii(entry.streamId())));
                    return arguments.size() == 1
                            ? Uni.createFrom().item(List.<Taken>of())
                            : scripts.run(done, stream(shard), arguments.toArray(byte[][]::new))
                                    .map(removed -> List.<Taken>of());
                })
                .replaceWithVoid();
    }

    /** Removes the names of consumers that are gone and hold nothing. */
    Uni<Void> forgetConsumers() {
        return ofEveryShard(shard -> scripts.run(
                                forgetConsumers,
                                stream(shard),
                                ascii(GROUP),
                                ascii(String.valueOf(FORGOTTEN_AFTER.toMillis())))
                        .map(forgotten -> List.of()))
                .replaceWithVoid();
    }

    Uni<Backlog> backlog() {
        return ofEveryShard(this::backlog)
                .map(shards -> shards.stream()
                        .reduce(
                                new Backlog(0, null, 0, 0),
                                (one, other) -> new Backlog(
                                        one.entries + other.entries,
                                        earlier(one.oldest, other.oldest),
                                        one.droppedRefusals + other.droppedRefusals,
                                        one.droppedOthers + other.droppedOthers)));
    }

    private Uni<List<Backlog>> backlog(int shard) {
        return scripts.run(measure, stream(shard)).map(answer -> {
            String first = answer.get(1).toString();
            return List.of(new Backlog(
                    answer.get(0).toLong(),
                    first.isEmpty() ? null : timeOf(first),
                    answer.get(2).toLong(),
                    answer.get(3).toLong()));
        });
    }

    private static Instant earlier(Instant one, Instant other) {
        return one == null || other != null && other.isBefore(one) ? other : one;
    }

    private static Instant timeOf(String streamId) {
        return Instant.ofEpochMilli(Long.parseLong(streamId, 0, streamId.indexOf('-'), 10));
    }

    private static <T> Uni<List<T>> ofEveryShard(Function<Integer, Uni<List<T>>> ask) {
        return Multi.createFrom()
                .iterable(IntStream.range(0, SHARDS).boxed().toList())
                .onItem()
                .transformToUniAndMerge(ask::apply)
                .collect()
                .asList()
                .map(shards -> shards.stream().flatMap(List::stream).toList());
    }

    static String stream(int shard) {
        return streamOf(tag(shard));
    }

    private static String tag(int shard) {
        return "{" + shard + "}";
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
