package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerBoundsTest {

    @Test
    void of_isProportionalToTheHeap() {
        assertThat(ServerBounds.of(64L << 20)).isEqualTo(new ServerBounds(1_024, 16L << 20));
        assertThat(ServerBounds.of(8L << 20).requests()).isEqualTo(256);
        assertThat(ServerBounds.of(8L << 30)).isEqualTo(new ServerBounds(3_072, 2L << 30));
    }
}
