package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every input that fuzzing kept, those that once broke something among them, is taken as it must be. */
class FuzzCorpusTest {

    private static final int INPUTS_MIN = 10;

    @ParameterizedTest
    @EnumSource
    void corpus_isTaken(FuzzTargets target) throws IOException {
        List<Path> inputs;
        try (Stream<Path> files = Files.list(target.corpus())) {
            inputs = files.sorted().toList();
        }
        assertThat(inputs).hasSizeGreaterThan(INPUTS_MIN);
        for (Path input : inputs) {
            byte[] bytes = Files.readAllBytes(input);
            try {
                target.take(bytes);
            } catch (Exception | AssertionError e) {
                fail(target + " does not take " + input, e);
            }
        }
    }
}
