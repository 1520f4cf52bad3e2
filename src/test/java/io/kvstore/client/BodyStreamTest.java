package io.kvstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much of a response body is requested ahead of the reader, and how the rest is cancelled. */
@Timeout(20)
class BodyStreamTest {

    /** Records what is requested from a connection. */
    private static final class Connection implements Flow.Subscription {

        final AtomicLong requested = new AtomicLong();
        final AtomicLong cancelled = new AtomicLong();

        @Override
        public void request(long n) {
            requested.addAndGet(n);
        }

        @Override
        public void cancel() {
            cancelled.incrementAndGet();
        }
    }

    private final Connection connection = new Connection();
    private final BodyStream stream = new BodyStream(Duration.ofDays(1));

    private static List<ByteBuffer> delivery(int... bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
        for (int b : bytes) {
            buffer.put((byte) b);
        }
        return List.of(buffer.flip());
    }

    @Test
    void delivery_isRequestedWhenThePreviousOneIsRead() throws IOException {
        stream.onSubscribe(connection);
        assertThat(connection.requested).hasValue(1);
        stream.onNext(delivery(1, 2));
        assertThat(stream.read()).isEqualTo(1);
        assertThat(stream.read()).isEqualTo(2);
        assertThat(connection.requested)
                .as("before the delivery is read completely")
                .hasValue(1);
        stream.onNext(delivery(3));
        assertThat(stream.read()).isEqualTo(3);
        assertThat(connection.requested).hasValue(2);
        stream.onComplete();
        assertThat(stream.read()).isEqualTo(-1);
    }

    @Test
    void close_beforeTheEndCancelsTheConnection() {
        stream.onSubscribe(connection);
        stream.onNext(delivery(1, 2));
        stream.close();
        stream.close();
        assertThat(connection.cancelled).hasValue(1);
        assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    @Test
    void connection_afterCloseIsCancelled() {
        stream.close();
        stream.onSubscribe(connection);
        assertThat(connection.cancelled).hasValue(1);
        assertThat(connection.requested).hasValue(0);
    }
}
