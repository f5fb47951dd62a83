package ai.plexe.auth.accesslog;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The log's partitions, one per day of UTC: made a week ahead, and dropped when the last entry in them is older than the log is
 * kept. One instance at a time, under an advisory lock. Event loops only.
 */
@ApplicationScoped
class LogPartitions {

    private static final Logger LOG = Logger.getLogger(LogPartitions.class);
    private static final int DAYS_AHEAD = 7;
    private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;
    private static final String PREFIX = "access_log_";
    private static final Pattern OURS = Pattern.compile(PREFIX + "[0-9]{8}");

    /** Nobody waits long for what waits for the table: the next time will do as well. */
    private static final String LONGEST_WAIT = "SET LOCAL lock_timeout = '2s'";

    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('access_log partitions', 0))";
    private static final String PRESENT = """
            SELECT child.relname
              FROM pg_inherits
              JOIN pg_class child ON child.oid = inhrelid
             WHERE inhparent = 'access_log'::regclass
            """;

    private final Pool pool;
    private final AccessLogConfig config;
    private final Clock clock;

    LogPartitions(Pool pool, AccessLogConfig config, Clock clock) {
        this.pool = pool;
        this.config = config;
        this.clock = clock;
    }

    /** Makes what is missing of the days to come, and drops what is too old. */
    Uni<Void> keep() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate oldest = LocalDate.ofInstant(clock.instant().minus(config.retention()), ZoneOffset.UTC);
        List<LocalDate> ahead =
                today.minusDays(1).datesUntil(today.plusDays(DAYS_AHEAD + 1)).toList();
        return underLock((connection, present) -> run(
                connection,
                Stream.concat(
                                ahead.stream()
                                        .filter(day -> !present.contains(name(day)))
                                        .map(LogPartitions::create),
                                present.stream()
                                        .filter(name -> isOlder(name, oldest))
                                        .map(LogPartitions::drop))
                        .toList()));
    }

    /** Makes what is missing of these days. */
    Uni<Void> ensure(Set<LocalDate> days) {
        return underLock((connection, present) -> run(
                connection,
                days.stream()
                        .filter(day -> !present.contains(name(day)))
                        .sorted()
                        .map(LogPartitions::create)
                        .toList()));
    }

    private interface Change {
        Uni<Void> make(SqlConnection connection, List<String> present);
    }

    private Uni<Void> underLock(Change change) {
        return pool.withTransaction(connection -> connection
                .query(LONGEST_WAIT)
                .execute()
                .chain(() -> connection.query(LOCK).execute())
                .chain(() -> connection.query(PRESENT).execute())
                .map(rows -> {
                    List<String> names = new ArrayList<>();
                    rows.forEach(row -> names.add(row.getString(0)));
                    return names;
                })
                .flatMap(present -> change.make(connection, present)));
    }

    private static Uni<Void> run(SqlConnection connection, List<String> statements) {
        return Multi.createFrom()
                .iterable(statements)
                .onItem()
                .transformToUniAndConcatenate(sql -> {
                    LOG.info(sql);
                    return connection.query(sql).execute();
                })
                .collect()
                .last()
                .replaceWithVoid();
    }

    private static boolean isOlder(String partition, LocalDate oldest) {
        return OURS.matcher(partition).matches()
                && LocalDate.parse(partition.substring(PREFIX.length()), DAY).isBefore(oldest);
    }

    private static String create(LocalDate day) {
        return "CREATE TABLE %s PARTITION OF access_log FOR VALUES FROM ('%s 00:00Z') TO ('%s 00:00Z')"
                .formatted(name(day), day, day.plusDays(1));
    }

    private static String drop(String partition) {
        return "DROP TABLE " + partition;
    }

    private static String name(LocalDate day) {
        return PREFIX + DAY.format(day);
    }
}
