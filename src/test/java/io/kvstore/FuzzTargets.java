package io.kvstore;

import io.kvstore.api.BatchFuzz;
import io.kvstore.api.HeadersFuzz;
import io.kvstore.api.ImportFuzz;
import io.kvstore.api.QueryFuzz;
import io.kvstore.api.TargetFuzz;
import io.kvstore.journal.JournalFuzz;
import io.kvstore.keyspace.CodecsFuzz;
import io.kvstore.pages.PagesFuzz;
import io.kvstore.storage.SnapshotFuzz;
import java.nio.file.Path;

/** The targets of fuzzing. Each accepts any bytes, and throws if a promise is broken. Each has a corpus of kept inputs. */
enum FuzzTargets {
    TARGET(TargetFuzz.class, TargetFuzz::fuzzerTestOneInput),
    QUERY(QueryFuzz.class, QueryFuzz::fuzzerTestOneInput),
    HEADERS(HeadersFuzz.class, HeadersFuzz::fuzzerTestOneInput),
    BATCH(BatchFuzz.class, BatchFuzz::fuzzerTestOneInput),
    IMPORT(ImportFuzz.class, ImportFuzz::fuzzerTestOneInput),
    CODECS(CodecsFuzz.class, CodecsFuzz::fuzzerTestOneInput),
    JOURNAL(JournalFuzz.class, JournalFuzz::fuzzerTestOneInput),
    SNAPSHOT(SnapshotFuzz.class, SnapshotFuzz::fuzzerTestOneInput),
    PAGES(PagesFuzz.class, PagesFuzz::fuzzerTestOneInput);

    /** Handles one input. */
    interface Target {
        void accept(byte[] input) throws Exception;
    }

    private static final Path CORPUS = Path.of("src", "test", "resources", "fuzz");

    private final Class<?> type;

    @SuppressWarnings("Immutable") // a reference to a static method
    private final Target target;

    FuzzTargets(Class<?> type, Target target) {
        this.type = type;
        this.target = target;
    }

    /** Returns the class whose {@code fuzzerTestOneInput} a fuzzer calls. */
    Class<?> type() {
        return type;
    }

    void accept(byte[] input) throws Exception {
        target.accept(input);
    }

    /** Returns the folder of the corpus, with one input per file. */
    Path corpus() {
        return CORPUS.resolve(type.getSimpleName());
    }
}
