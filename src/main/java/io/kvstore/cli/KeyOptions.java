package io.kvstore.cli;

import io.kvstore.client.Query;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that filter keys. */
final class KeyOptions {

    @Option(names = "--prefix", paramLabel = "TEXT", description = "Only keys that begin with this text")
    private @Nullable String prefix;

    @Option(names = "--start", paramLabel = "KEY", description = "Only this key and those after it")
    private @Nullable String start;

    @Option(names = "--end", paramLabel = "KEY", description = "Only keys before this one")
    private @Nullable String end;

    @Option(
            names = "--regex",
            paramLabel = "PATTERN",
            description = "Only keys that contain a match of this regular expression (RE2 syntax)")
    private @Nullable String regex;

    /** Returns whether no filter is given. */
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
