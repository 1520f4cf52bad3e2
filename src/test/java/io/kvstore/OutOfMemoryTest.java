package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class OutOfMemoryTest {

    /** A process with a thread that dies of an {@link OutOfMemoryError}, and another that would run forever. */
    static final class Dying {
        public static void main(String[] args) throws InterruptedException {
            Thread.setDefaultUncaughtExceptionHandler(new OutOfMemory(System.err));
            new Thread(() -> {
                        throw new OutOfMemoryError("thrown by the test");
                    })
                    .start();
            new CountDownLatch(1).await();
        }
    }

    @Test
    void process_endsWhenAThreadRunsOutOfMemory() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Dying.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(OutOfMemory.EXIT);
        assertThat(output).contains("out of memory").doesNotContain("\tat ");
    }

    @Test
    void otherExceptions_areLogged() {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        new OutOfMemory(new PrintStream(log, true, StandardCharsets.UTF_8))
                .uncaughtException(Thread.currentThread(), new IllegalStateException("why"));
        assertThat(log.toString(StandardCharsets.UTF_8))
                .contains(Thread.currentThread().getName())
                .contains("why");
    }
}
