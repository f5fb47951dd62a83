package ai.plexe.auth.accesslog;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.AccessLogs;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How long entries are kept. */
class LogKeepingIT {

    private static final Duration A_WHILE = Duration.ofSeconds(30);

    private static LocalServers servers;

    @BeforeAll
    static void start() {
        servers = LocalServers.startFresh();
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    private static Instance instance(String retention) throws Exception {
        return Instance.start(Map.of(
                "PLEXE_DATABASE_URL", servers.databaseUrl().toString(),
                "PLEXE_REDIS_URL", servers.redisUrl().toString(),
                "PLEXE_BOOTSTRAP_API_KEY", Backends.adminKey(),
                "PLEXE_LOG_RETENTION", retention));
    }

    private static List<String> read(String sql) throws SQLException {
        try (Connection database = Backends.connect(servers.databaseUrl());
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> read = new ArrayList<>();
            while (rows.next()) {
                read.add(rows.getString(1));
            }
            return read;
        }
    }

    private static void write(String sql) throws SQLException {
        try (Connection database = Backends.connect(servers.databaseUrl());
                Statement statement = database.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private static List<String> partitions() throws SQLException {
        return read(
                "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'access_log'::regclass ORDER BY 1");
    }

    private static String partition(LocalDate day) {
        return "access_log_" + DateTimeFormatter.BASIC_ISO_DATE.format(day);
    }

    private static void writeEntry(Instant time, String account) throws SQLException {
        LocalDate day = LocalDate.ofInstant(time, ZoneOffset.UTC);
        write("CREATE TABLE IF NOT EXISTS %s PARTITION OF access_log FOR VALUES FROM ('%s 00:00Z') TO ('%s 00:00Z')"
                .formatted(partition(day), day, day.plusDays(1)));
        write(
                "INSERT INTO access_log (time, id, account_id, event, outcome, cost) VALUES ('%s', '%s', '%s', 'key.use', 'ok', 1)"
                        .formatted(time, TimeOrderedId.next("log", time), account));
    }

    @Test
    void partitionsAreMadeAheadAndDroppedInTime() throws Exception {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        String used;
        try (Instance first = instance("90d")) {
            await().atMost(A_WHILE).until(() -> partitions().contains(partition(today.plusDays(7))));
            assertTrue(partitions().containsAll(List.of(partition(today), partition(today.plusDays(1)))));
            writeEntry(now.minus(Duration.ofDays(80)), "acc_kept");
            Api admin = first.as(Backends.adminKey());
            Api.Key key = admin.key("read_only");
            admin.as(key.secret()).models().then().statusCode(200);
            new AccessLogs(admin).await(1, Map.of("key_id", key.id()));
            used = key.id();
        }

        try (Instance strict = instance("3d")) {
            assertTrue(strict.isReady());
            await().atMost(A_WHILE).until(() -> !partitions().contains(partition(today.minusDays(80))));
            assertTrue(partitions().contains(partition(today)));
            assertEquals(List.of(), read("SELECT id FROM access_log WHERE account_id = 'acc_kept'"));
            assertEquals(List.of("1"), read("SELECT uses FROM key_usage WHERE key_id = '" + used + "'"), "usage stays");
        }
    }

    @Test
    void aDeletedAccountsEntriesAreRemovedAndNobodyElses() throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        instance("90d").close();
        for (int i = 0; i < 20; i++) {
            writeEntry(now.minus(Duration.ofDays(i % 3)), "acc_gone");
            writeEntry(now.minus(Duration.ofDays(i % 3)), "acc_stays");
        }
        writeEntry(now.plusSeconds(5), "acc_gone");
        write("INSERT INTO account (id, name, created_at) VALUES ('acc_gone', '', now())");
        write("INSERT INTO api_key (id, account_id, name, permission_level, digest, preview, created_at)"
                + " VALUES ('key_gone', 'acc_gone', '', 'read_only', repeat('0', 43), '', now())");
        write(
                "INSERT INTO key_network VALUES ('key_gone', '192.0.2.0/24', now()), ('key_stays', '192.0.2.0/24', now())");
        write("INSERT INTO access_log_erasure (account_id, deleted_at) VALUES ('acc_gone', '%s')"
                .formatted(now.plusMillis(1)));

        try (Instance again = instance("90d")) {
            assertTrue(again.isReady());
            await().atMost(A_WHILE)
                    .until(
                            () -> read("SELECT id FROM access_log WHERE account_id = 'acc_gone'"),
                            left -> left.size() == 1);
            assertEquals(List.of("key_stays"), read("SELECT key_id FROM key_network WHERE network = '192.0.2.0/24'"));
            assertEquals(
                    20,
                    read("SELECT id FROM access_log WHERE account_id = 'acc_stays'")
                            .size());
        }
    }
}
