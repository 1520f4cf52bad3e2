package io.kvstore;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Programs that this machine may have or not. */
final class Programs {

    private Programs() {}

    /** Has the test skipped, with a word, where the program is not in the path. */
    static void assumeInstalled(String name) {
        boolean found =
                Stream.of(System.getenv("PATH").split(":")).anyMatch(each -> Files.isExecutable(Path.of(each, name)));
        assumeTrue(found, name + " is not installed");
    }
}
