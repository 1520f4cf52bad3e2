package io.kvstore.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimelineTest {

    private final AtomicLong clock = new AtomicLong(1_000);
    private final Timeline timeline = new Timeline(() -> Instant.ofEpochMilli(clock.get()));

    private long at(long millis) {
        clock.set(millis);
        return timeline.millis();
    }

    @Test
    void millis_areThoseOfTheClock() {
        assertThat(at(1_000)).isEqualTo(1_000);
        assertThat(at(1_001)).isEqualTo(1_001);
    }

    @Test
    void millis_continueIfTheClockIsSetBack() {
        assertThat(at(90_000)).isEqualTo(90_000);
        assertThat(at(10_000)).as("the time does not go back").isEqualTo(90_000);
        assertThat(at(12_000)).as("the time advances with the clock").isEqualTo(92_000);
        assertThat(at(11_000)).as("the clock is set back again").isEqualTo(92_000);
        assertThat(at(11_500)).isEqualTo(92_500);
    }

    @Test
    void millis_areThoseOfTheClockOnceItHasCaughtUp() {
        at(90_000);
        at(10_000);
        assertThat(at(95_000)).isEqualTo(95_000);
        assertThat(at(95_001)).isEqualTo(95_001);
    }
}
