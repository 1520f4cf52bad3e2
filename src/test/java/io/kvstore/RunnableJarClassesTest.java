package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testing.Reachability;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Checks that the runnable jar has every class that its code can reach. If one is missing, add it to the filters of
 * maven-shade-plugin in pom.xml.
 */
@Tag("jar")
final class RunnableJarClassesTest {
    private static final Path JAR = Path.of(System.getProperty("kvstore.jar"));
    private static final long BYTES_MAX = 6_000_000;

    private Reachability reachability;

    @BeforeEach
    void follow() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            reachability =
                    Reachability.from(jar, name -> name.startsWith("io/kvstore/") || name.startsWith("picocli/"));
        }
    }

    @Test
    void reachableClasses_areInTheJar() {
        // The metrics library looks for OpenTelemetry, and runs without it.
        assertThat(reachability.missing())
                .allSatisfy((name, from) -> assertThat(from)
                        .as(name)
                        .isEqualTo("io.prometheus.metrics.tracer.initializer.SpanContextSupplier.<clinit>"));
    }

    /** The verifier loads classes that the code of a class only mentions, and initialization implies verification. */
    @Test
    void reachableClasses_canBeInitialized() throws IOException {
        List<String> failures = new ArrayList<>();
        URL[] jar = {JAR.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(jar, ClassLoader.getPlatformClassLoader())) {
            for (String name : reachability.classes()) {
                try {
                    Class.forName(name.replace('/', '.'), true, loader);
                } catch (ClassNotFoundException | LinkageError e) {
                    failures.add(name + ": " + e);
                }
            }
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void jar_isSmall() throws IOException {
        assertThat(Files.size(JAR)).isLessThan(BYTES_MAX);
    }
}
