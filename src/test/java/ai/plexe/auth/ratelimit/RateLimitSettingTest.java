package ai.plexe.auth.ratelimit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitSettingTest {

    @ParameterizedTest
    @CsvSource({"1000/1m, 1000, 60", "10/s, 10, 1", "50000/24h, 50000, 86400", "5/2d, 5, 172800"})
    void aLimitIsReadAsWritten(String text, long requests, long seconds) {
        assertEquals(new RateLimit(requests, Duration.ofSeconds(seconds)), RateLimit.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1000", "0/1m", "-1/1m", "10/0s", "10/1y", "10 per minute", "9999999999/1m", "10/367d"})
    void anythingElseStopsTheStart(String text) {
        assertThrows(IllegalArgumentException.class, () -> RateLimit.parse(text));
    }
}
