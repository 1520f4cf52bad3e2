package io.kvstore;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Programs that tests need and that may not be installed. */
final class Programs {

    private Programs() {}

    /** Skips the test, with a reason, if the program is not in the path. */
    static void assumeInstalled(String name) {
        boolean found =
                Stream.of(System.getenv("PATH").split(":")).anyMatch(each -> Files.isExecutable(Path.of(each, name)));
        assumeTrue(found, name + " is not installed");
    }
}
