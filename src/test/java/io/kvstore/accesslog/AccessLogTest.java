package io.kvstore.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.http.RequestLog.Entry;
import io.kvstore.testing.TestJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the format of lines, and what happens if they cannot be written fast enough. */
@Timeout(60)
class AccessLogTest {

    private static final String HOSTILE = "a\r\n127.0.0.1 - admin \"b\\\u00e4\u0000\u001b[31m";

    private static Entry entry(String path, String query, String agent) {
        return new Entry(
                1_795_803_880_123L,
                InetAddress.getLoopbackAddress(),
                "app",
                "GET",
                path,
                query,
                List.of("prefix", "limit"),
                "HTTP/1.1",
                200,
                7,
                5,
                1_234_567,
                agent,
                "id-1",
                true);
    }

    private static String line(LogFormat format, Entry entry) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        format.write(entry, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void text_isTheCombinedLogFormat() throws IOException {
        assertThat(line(LogFormat.TEXT, entry("/keys", "prefix=a", "curl/8")))
                .isEqualTo("127.0.0.1 - app [27/Nov/2026:18:24:40 +0000] \"GET /keys?prefix=a HTTP/1.1\" 200 5 \"-\""
                        + " \"curl/8\" 0.001235 id-1\n");
        Entry gone = new Entry(
                0,
                InetAddress.getLoopbackAddress(),
                null,
                "PUT",
                "-",
                null,
                List.of(),
                "HTTP/1.1",
                0,
                0,
                0,
                0,
                null,
                "x",
                false);
        assertThat(line(LogFormat.TEXT, gone))
                .isEqualTo(
                        "127.0.0.1 - - [01/Jan/1970:00:00:00 +0000] \"PUT - HTTP/1.1\" - 0 \"-\" \"-\" 0.000000 x\n");
    }

    @Test
    void json_isOneObjectPerLine() throws IOException {
        String line = line(LogFormat.JSON, entry("/keys", "prefix=a", "curl/8"));
        assertThat(line)
                .isEqualTo("{\"time\":\"2026-11-27T18:24:40.123Z\",\"client\":\"127.0.0.1\",\"user\":\"app\","
                        + "\"method\":\"GET\",\"path\":\"/keys\",\"query\":\"prefix=a\",\"protocol\":\"HTTP/1.1\","
                        + "\"status\":200,\"request_bytes\":7,\"response_bytes\":5,\"seconds\":0.001234567,"
                        + "\"user_agent\":\"curl/8\",\"request_id\":\"id-1\",\"complete\":true}\n");
    }

    @Test
    void hostileText_isEscapedWithinItsLine() throws IOException {
        String text = line(LogFormat.TEXT, entry(HOSTILE, null, HOSTILE));
        assertThat(text.strip()).matches("[ -~]*").doesNotContain("\r", "\n");
        assertThat(text).contains("a\\x0D\\x0A127.0.0.1 - admin \\x22b\\x5C\\xE4\\x00\\x1B[31m");
        String json = line(LogFormat.JSON, entry(HOSTILE, null, HOSTILE));
        assertThat(json.strip()).matches("[ -~]*");
        JsonNode read = TestJson.parse(json);
        assertThat(read.get("path").textValue()).isEqualTo(HOSTILE);
        assertThat(read.get("query").isNull()).isTrue();
    }

    @Test
    void query_showsOnlyKnownParameters() throws IOException {
        Entry entry = entry("/keys", "limit=1&token=secret&secret&prefix=%61&=secret", "-");
        assertThat(line(LogFormat.TEXT, entry)).contains("/keys?limit=1&***&***&prefix=%61&*** HTTP");
        assertThat(line(LogFormat.JSON, entry)).doesNotContain("secret");
    }

    @Test
    void lines_thatAreNotReadAreDroppedAndCounted() {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch taken = new CountDownLatch(1);
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        OutputStream slow = new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("a byte at a time");
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                stuck.countDown();
                try {
                    taken.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                lines.write(bytes, from, length);
            }
        };
        AccessLog log = AccessLog.start(LogFormat.TEXT, slow, System::nanoTime);
        log.answered(entry("/first", null, null));
        awaitUninterrupted(stuck);
        String path = "/" + "x".repeat(100_000);
        int count = 100;
        for (int i = 0; i < count; i++) {
            log.answered(entry(path, null, null));
        }
        // A hundred lines have ten megabytes; the queue holds four.
        assertThat(log.dropped()).isBetween(55L, 65L);
        long dropped = log.dropped();
        taken.countDown();
        log.close();
        assertThat(log.dropped()).isEqualTo(dropped);
        assertThat(lines.toString(StandardCharsets.US_ASCII).lines().count()).isEqualTo(1 + count - dropped);
    }

    /** An output that blocks until it is opened, and counts lines. */
    private static final class Gate extends OutputStream {

        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);
        final AtomicInteger lines = new AtomicInteger();

        @Override
        public void write(int b) {
            throw new AssertionError("a byte at a time");
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            reached.countDown();
            awaitUninterrupted(open);
            for (int i = from; i < from + length; i++) {
                if (bytes[i] == '\n') {
                    lines.incrementAndGet();
                }
            }
        }
    }

    @Test
    void queueSpace_isFreedByWrittenLines() {
        Gate gate = new Gate();
        AccessLog log = AccessLog.start(LogFormat.TEXT, gate, System::nanoTime);
        Entry large = entry("/" + "x".repeat(100_000), null, null);
        log.answered(large);
        awaitUninterrupted(gate.reached);
        int count = 1;
        for (; log.dropped() < 100; count++) {
            log.answered(large);
        }
        gate.open.countDown();
        for (int round = 0; round < 3; round++) {
            long taken = count - 100L;
            await(() -> gate.lines.get() == taken);
            for (int i = 0; i < 30; i++, count++) {
                log.answered(large);
                assertThat(log.dropped()).isEqualTo(100);
            }
        }
        log.close();
        assertThat(gate.lines).hasValue(count - 100);
    }

    /** Returns the writer thread that is not among {@code others}. */
    private static Thread writer(Set<Thread> others) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("kvstore-access-log") && !others.contains(thread))
                .findAny()
                .orElseThrow();
    }

    @Test
    void line_wakesASleepingWriter() {
        Gate gate = new Gate();
        gate.open.countDown();
        Set<Thread> others = Thread.getAllStackTraces().keySet();
        AccessLog log = AccessLog.start(LogFormat.TEXT, gate, System::nanoTime);
        Thread writer = writer(others);
        for (int i = 1; i <= 3; i++) {
            int count = i;
            await(() -> writer.getState() == Thread.State.WAITING);
            log.answered(entry("/a", null, null));
            await(() -> gate.lines.get() == count);
        }
        log.close();
    }

    @Test
    void droppedLines_areLoggedEveryTenSecondsAndOnClose() {
        AtomicLong nanos = new AtomicLong();
        List<String> warnings = new CopyOnWriteArrayList<>();
        Handler listener = new Handler() {
            @Override
            public void publish(LogRecord record) {
                warnings.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(AccessLog.class.getName());
        logger.addHandler(listener);
        logger.setUseParentHandlers(false);
        try {
            Set<Thread> others = Thread.getAllStackTraces().keySet();
            AccessLog log = AccessLog.start(
                    LogFormat.TEXT,
                    new OutputStream() {
                        @Override
                        public void write(int b) throws IOException {
                            throw new IOException("broken pipe");
                        }
                    },
                    nanos::get);
            Thread writer = writer(others);
            for (int i = 1; i <= 4; i++) {
                int count = i;
                log.answered(entry("/a", null, null));
                await(() -> log.dropped() == count && writer.getState() == Thread.State.WAITING);
            }
            assertThat(warnings).hasSize(1);
            nanos.set(10_000_000_000L);
            log.answered(entry("/a", null, null));
            await(() -> warnings.size() == 2);
            log.answered(entry("/a", null, null));
            log.close();
            assertThat(warnings)
                    .extracting(each -> each.substring(0, each.indexOf(" because")))
                    .containsExactly(
                            "dropped 1 access log lines", "dropped 4 access log lines", "dropped 1 access log lines");
        } finally {
            logger.removeHandler(listener);
            logger.setUseParentHandlers(true);
        }
    }

    @Test
    void lines_thatCannotBeWrittenAreCounted() {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        AccessLog log = AccessLog.start(LogFormat.JSON, broken, System::nanoTime);
        log.answered(entry("/a", null, null));
        log.answered(entry("/b", null, null));
        log.close();
        assertThat(log.dropped()).isEqualTo(2);
    }

    @Test
    void close_writesQueuedLines() {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        AccessLog log = AccessLog.start(LogFormat.TEXT, lines, System::nanoTime);
        int count = 1_000; // more than fit into the buffer
        for (int i = 0; i < count; i++) {
            log.answered(entry("/keys/" + i, null, null));
        }
        log.close();
        List<String> written = lines.toString(StandardCharsets.US_ASCII).lines().toList();
        assertThat(written).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(written.get(i)).contains(" /keys/" + i + " ");
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(Thread.currentThread().isInterrupted()).as("timeout").isFalse();
            Thread.onSpinWait();
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
