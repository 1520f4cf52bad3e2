package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class OutOfMemoryTest {

    /** A process that has a thread which memory runs out for, and another that would go on for ever. */
    static final class Dying {
        public static void main(String[] args) throws InterruptedException {
            Thread.setDefaultUncaughtExceptionHandler(new OutOfMemory(System.err));
            new Thread(() -> {
                        throw new OutOfMemoryError("as the test wants it");
                    })
                    .start();
            new CountDownLatch(1).await();
        }
    }

    @Test
    void process_endsWithItsFirstThread() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Dying.class.getName())
                .redirectErrorStream(true)
                .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(OutOfMemory.EXIT);
        assertThat(told).contains("memory ran out").doesNotContain("\tat ");
    }

    @Test
    void otherExceptions_areTold() {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        new OutOfMemory(new PrintStream(told, true, StandardCharsets.UTF_8))
                .uncaughtException(Thread.currentThread(), new IllegalStateException("why"));
        assertThat(told.toString(StandardCharsets.UTF_8))
                .contains(Thread.currentThread().getName())
                .contains("why");
    }
}
