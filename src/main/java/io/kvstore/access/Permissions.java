package io.kvstore.access;

import io.kvstore.keyspace.KeyRange;
import io.kvstore.keyspace.KeyRanges;
import java.util.List;

/**
 * The permissions of a client.
 *
 * @param readable the keys that it may read
 * @param writable the keys that it may write, a subset of {@code readable}
 * @param admin whether it may take snapshots of the store, write checkpoints and compact it
 */
public record Permissions(KeyRanges readable, KeyRanges writable, boolean admin) {

    /** All permissions, which every client has if authentication is off. */
    public static final Permissions ALL = new Permissions(KeyRanges.ALL, KeyRanges.ALL, true);

    /** Returns the union of what rules grant. No rule revokes what another grants. */
    static Permissions of(List<Rule> rules) {
        return new Permissions(
                keysWith(rules, AccessLevel.READ),
                keysWith(rules, AccessLevel.WRITE),
                anyGrants(rules, AccessLevel.ADMIN));
    }

    private static KeyRanges keysWith(List<Rule> rules, AccessLevel required) {
        List<KeyRange> ranges = rules.stream()
                .filter(rule -> rule.access().compareTo(required) >= 0)
                .map(Rule::keys)
                .toList();
        return new KeyRanges(ranges);
    }

    private static boolean anyGrants(List<Rule> rules, AccessLevel required) {
        return rules.stream().anyMatch(rule -> rule.access().compareTo(required) >= 0);
    }

    /** Returns the permissions that both grant. */
    Permissions intersect(Permissions other) {
        return new Permissions(readable.and(other.readable), writable.and(other.writable), admin && other.admin);
    }
}
