package io.kvstore.cli;

import io.kvstore.client.TimeToLive;
import io.kvstore.config.Setting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Times as flags have them. */
final class Times {

    static final Duration TTL_MIN = Duration.ofMillis(1);
    static final Duration TTL_MAX = Duration.ofDays(3_650);

    private Times() {}

    /** The time to live that a flag gives, or what the write does by itself where it is null. */
    static TimeToLive toLive(@Nullable String ttl) {
        if (ttl == null) {
            return TimeToLive.usual();
        }
        return ttl.equals("keep")
                ? TimeToLive.keep()
                : TimeToLive.after(new Setting("--ttl", ttl).duration(TTL_MIN, TTL_MAX));
    }
}
