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

/** Every input of the fuzzing corpus, including those that found a defect, is handled without breaking a promise. */
class FuzzCorpusTest {

    private static final int INPUTS_MIN = 10;

    @ParameterizedTest
    @EnumSource
    void corpus_isHandled(FuzzTargets target) throws IOException {
        List<Path> inputs;
        try (Stream<Path> files = Files.list(target.corpus())) {
            inputs = files.sorted().toList();
        }
        assertThat(inputs).hasSizeGreaterThan(INPUTS_MIN);
        for (Path input : inputs) {
            byte[] bytes = Files.readAllBytes(input);
            try {
                target.accept(bytes);
            } catch (Exception | AssertionError e) {
                fail(target + " does not handle " + input, e);
            }
        }
    }
}
