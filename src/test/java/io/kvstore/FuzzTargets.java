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

/** What is fuzzed: each takes any bytes, and throws when a promise is broken. Inputs that were of interest are kept. */
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

    /** Takes one input. */
    interface Target {
        void take(byte[] input) throws Exception;
    }

    private static final Path CORPUS = Path.of("src", "test", "resources", "fuzz");

    private final Class<?> type;

    @SuppressWarnings("Immutable") // a reference to a static method
    private final Target target;

    FuzzTargets(Class<?> type, Target target) {
        this.type = type;
        this.target = target;
    }

    /** The class whose {@code fuzzerTestOneInput} a fuzzer calls. */
    Class<?> type() {
        return type;
    }

    void take(byte[] input) throws Exception {
        target.take(input);
    }

    /** The folder of its inputs, one a file. */
    Path corpus() {
        return CORPUS.resolve(type.getSimpleName());
    }
}
