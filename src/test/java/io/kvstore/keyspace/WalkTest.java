package io.kvstore.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How large the steps of a walk are, and how keys of a selection are counted. */
class WalkTest {

    private Keyspace keyspace;

    @BeforeEach
    void fill() {
        keyspace = Keyspace.open(Keyspace.options(), InstantSource.system());
        for (int i = 0; i < 3_000; i++) {
            Content content = new Content(new byte[] {'x'}, null);
            keyspace.execute(new Command.Put(Key.of("k" + (10_000 + i)), content, Expiry.NEVER, Conditions.NONE));
        }
    }

    @AfterEach
    void close() {
        keyspace.close();
    }

    private static List<Integer> steps(Walk<Long> walk) {
        List<Integer> steps = new ArrayList<>();
        for (List<Map.Entry<Key, Long>> page = walk.next(); page != null; page = walk.next()) {
            steps.add(page.size());
        }
        return steps;
    }

    @Test
    void next_readsAWholePageByItself() {
        assertThat(steps(keyspace.walkKeys(Selection.ALL, null))).containsExactly(1_000, 1_000, 1_000);
    }

    @Test
    void beginningWith_growsFromFewToAWholePage() {
        assertThat(steps(keyspace.walkKeys(Selection.ALL, null).beginningWith(3)))
                .startsWith(3, 6, 12, 24, 48, 96, 192, 384, 768, 1_000);
        assertThat(steps(keyspace.walkKeys(Selection.ALL, null).beginningWith(100_001)))
                .containsExactly(1_000, 1_000, 1_000);
    }

    @Test
    void count_isOfTheSelection() {
        assertThat(keyspace.count(Selection.ALL).keys()).isEqualTo(3_000);
        assertThat(keyspace.count(Selection.ALL.prefix(Key.of("k100"))).keys()).isEqualTo(100);
        assertThat(keyspace.count(Selection.ALL.prefix(Key.of("k100"))).revision())
                .isEqualTo(3_000);
    }
}
