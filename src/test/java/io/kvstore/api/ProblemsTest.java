package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.http.Header;
import io.kvstore.http.Problem;
import io.kvstore.store.StoreException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the response to every kind of failure of the store. */
class ProblemsTest {

    private static final String SECRET = "/var/lib/secret/segment-7.log";

    private static StoreException example(StoreException.Kind kind, boolean diskFull) {
        IOException cause = new IOException(SECRET);
        return switch (kind) {
            case CANNOT_OPEN -> new StoreException.CannotOpen(SECRET, cause);
            case DAMAGED -> new StoreException.Damaged(SECRET, cause);
            case OUTCOME_UNKNOWN -> new StoreException.OutcomeUnknown(SECRET, diskFull, cause);
            case READ_ONLY -> new StoreException.ReadOnly(SECRET, diskFull, cause);
            case COMPACTION_FAILED -> new StoreException.CompactionFailed(SECRET, diskFull, cause);
            case COMPACTION_RUNNING -> new StoreException.CompactionRunning();
            case CLOSED -> new StoreException.Closed();
            case TOO_LARGE -> new StoreException.TooLarge(SECRET);
            case MEMORY_FULL -> new StoreException.MemoryFull(SECRET);
            case HISTORY_GONE -> new StoreException.HistoryGone(SECRET);
        };
    }

    private static int status(StoreException.Kind kind, boolean diskFull) {
        return switch (kind) {
            case OUTCOME_UNKNOWN, READ_ONLY, COMPACTION_FAILED -> diskFull ? 507 : 503;
            case CLOSED -> 503;
            case COMPACTION_RUNNING -> 409;
            case TOO_LARGE -> 413;
            case MEMORY_FULL -> 507;
            case CANNOT_OPEN, DAMAGED, HISTORY_GONE -> 500;
        };
    }

    @Test
    void everyFailure_hasAKind() {
        assertThat(StoreException.class.getPermittedSubclasses()).hasSameSizeAs(StoreException.Kind.values());
    }

    @ParameterizedTest
    @EnumSource
    void kind_isNamedLikeItsClass(StoreException.Kind kind) {
        StoreException failure = example(kind, true);
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.getClass().getSimpleName())
                .isEqualToIgnoringCase(kind.name().replace("_", ""));
    }

    @ParameterizedTest
    @EnumSource
    void problem_hasTheStatusOfItsKindAndNamesNoFile(StoreException.Kind kind) {
        for (boolean diskFull : new boolean[] {false, true}) {
            Problem problem = Problems.of(example(kind, diskFull));
            assertThat(problem.status()).isEqualTo(status(kind, diskFull));
            assertThat(problem.detail()).doesNotContain("secret");
            assertThat(problem.headers().containsKey(Header.RETRY_AFTER)).isEqualTo(problem.status() == 503);
        }
    }
}
