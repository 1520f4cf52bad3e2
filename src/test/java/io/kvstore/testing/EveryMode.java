package io.kvstore.testing;

import io.kvstore.store.StorageMode;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs a test class over real sockets against a server in every mode, or in the modes that the system property
 * {@code kvstore.test.modes} lists.
 */
@Documented
@Tag("http")
@ParameterizedClass(name = "mode {0}")
@MethodSource("io.kvstore.testing.EveryMode$Modes#underTest")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EveryMode {

    /** Provides the modes under test. */
    final class Modes {
        private Modes() {}

        static List<StorageMode> underTest() {
            String listed = System.getProperty("kvstore.test.modes");
            return listed == null
                    ? List.of(StorageMode.values())
                    : Arrays.stream(listed.split(",")).map(StorageMode::valueOf).toList();
        }
    }
}
