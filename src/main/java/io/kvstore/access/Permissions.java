package io.kvstore.access;

import io.kvstore.keyspace.KeyRange;
import io.kvstore.keyspace.KeyRanges;
import java.util.List;

/**
 * What somebody may do.
 *
 * @param readable the keys that may be read
 * @param writable the keys that may be written, all of which may be read
 * @param admin whether the store itself may be dealt with, beside its keys
 */
public record Permissions(KeyRanges readable, KeyRanges writable, boolean admin) {

    /** Where nobody is asked who they are. */
    public static final Permissions ALL = new Permissions(KeyRanges.ALL, KeyRanges.ALL, true);

    /** What rules allow together: a rule never takes away what another gives. */
    static Permissions of(List<Rule> rules) {
        return new Permissions(reached(rules, Access.READ), reached(rules, Access.WRITE), reaches(rules, Access.ADMIN));
    }

    private static KeyRanges reached(List<Rule> rules, Access least) {
        List<KeyRange> ranges = rules.stream()
                .filter(rule -> rule.access().compareTo(least) >= 0)
                .map(Rule::keys)
                .toList();
        return new KeyRanges(ranges);
    }

    private static boolean reaches(List<Rule> rules, Access least) {
        return rules.stream().anyMatch(rule -> rule.access().compareTo(least) >= 0);
    }

    /** What both allow. */
    Permissions and(Permissions other) {
        return new Permissions(readable.and(other.readable), writable.and(other.writable), admin && other.admin);
    }
}
