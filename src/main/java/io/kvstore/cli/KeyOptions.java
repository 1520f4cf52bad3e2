package io.kvstore.cli;

import io.kvstore.client.Query;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which keys. */
final class KeyOptions {

    @Option(names = "--prefix", paramLabel = "TEXT", description = "keys that begin with it")
    private @Nullable String prefix;

    @Option(names = "--start", paramLabel = "KEY", description = "keys that are not before it")
    private @Nullable String start;

    @Option(names = "--end", paramLabel = "KEY", description = "keys that are before it")
    private @Nullable String end;

    @Option(names = "--regex", paramLabel = "PATTERN", description = "keys in which it is found, in RE2's syntax")
    private @Nullable String regex;

    /** Whether nothing was given. */
    boolean isAll() {
        return prefix == null && start == null && end == null && regex == null;
    }

    Query query() {
        Query query = Query.all();
        query = prefix == null ? query : query.startingWith(prefix);
        query = start == null ? query : query.from(start);
        query = end == null ? query : query.before(end);
        return regex == null ? query : query.matching(regex);
    }
}
