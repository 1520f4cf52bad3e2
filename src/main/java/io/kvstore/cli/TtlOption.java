package io.kvstore.cli;

import io.kvstore.client.TimeToLive;
import io.kvstore.config.Setting;
import org.jspecify.annotations.Nullable;

/** Parses the {@code --ttl} of a write. */
final class TtlOption {

    private TtlOption() {}

    /** @param ttl the value of the option, or null if it is not given: the operation then decides about the expiry */
    static TimeToLive parse(@Nullable String ttl) {
        if (ttl == null) {
            return TimeToLive.unspecified();
        }
        return ttl.equals("keep")
                ? TimeToLive.keep()
                : TimeToLive.after(new Setting("--ttl", ttl).duration(TimeToLive.MIN, TimeToLive.MAX));
    }
}
