package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Fuzzes each target with Jazzer in a separate process, for the number of seconds in the system property {@code fuzz.seconds}.
 * The folder {@code target/fuzz} then has new inputs of interest, the log of Jazzer, and the input that failed, if any.
 */
@Tag("fuzz")
class FuzzTest {

    private static final String SECONDS = System.getProperty("fuzz.seconds", "60");
    private static final long GRACE_SECONDS = 300;

    @ParameterizedTest
    @EnumSource
    void target_handlesAnyInput(FuzzTargets target) throws IOException, InterruptedException {
        Path folder = Path.of("target", "fuzz", target.type().getSimpleName()).toAbsolutePath();
        Path found = Files.createDirectories(folder.resolve("inputs"));
        Path log = folder.resolve("log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                absolute(System.getProperty("java.class.path")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type().getName(),
                "--instrumentation_includes=io.kvstore.**",
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + File.separator,
                "-max_total_time=" + SECONDS,
                "-timeout=30",
                "-rss_limit_mb=0",
                found.toString()));
        if (Files.isDirectory(target.corpus())) {
            command.add(target.corpus().toAbsolutePath().toString());
        }
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(Long.parseLong(SECONDS) + GRACE_SECONDS, TimeUnit.SECONDS))
                    .as("the fuzzer ends in time")
                    .isTrue();
            assertThat(process.exitValue()).as(() -> tail(log)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String absolute(String classPath) {
        return String.join(
                File.pathSeparator,
                Arrays.stream(classPath.split(File.pathSeparator))
                        .map(each -> Path.of(each).toAbsolutePath().toString())
                        .toList());
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return log + ":\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        } catch (IOException e) {
            return log + " cannot be read: " + e;
        }
    }
}
