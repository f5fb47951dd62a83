package ai.plexe.auth.id;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeOrderedIdTest {

    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.123456Z");

    @Test
    void laterIdsSortBehindEarlierOnes() {
        String earlier = TimeOrderedId.next("key", TIME);
        String sameMillisecond = TimeOrderedId.next("key", TIME.plusNanos(1000));
        String nextYear = TimeOrderedId.next("key", TIME.plusSeconds(31_536_000));

        assertTrue(earlier.compareTo(sameMillisecond) < 0);
        assertTrue(sameMillisecond.compareTo(nextYear) < 0);
    }

    @Test
    void idsOfOneMomentDiffer() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            ids.add(TimeOrderedId.next("key", TIME));
        }

        assertEquals(10_000, ids.size());
    }

    @Test
    void anIdIsWellFormedForItsKindOnly() {
        String id = TimeOrderedId.next("key", TIME);

        assertTrue(TimeOrderedId.isWellFormed("key", id));
        assertFalse(TimeOrderedId.isWellFormed("mdl", id));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "key_",
                "key_01",
                "key_zzzzzzzzzzzzzzzzzzzzzzzzzz",
                "key-01m83jjfz1e3s99cf1k7bevh73",
                "key_01m83jjfz1e3s99cf1k7bevh7'"
            })
    void whatIsNoIdIsToldApart(String text) {
        assertFalse(TimeOrderedId.isWellFormed("key", text));
    }
}
