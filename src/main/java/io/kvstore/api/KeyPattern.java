package io.kvstore.api;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.kvstore.http.Problem;
import io.kvstore.http.Quoting;
import io.kvstore.keyspace.Key;
import java.util.function.Predicate;

/*
 * RE2 matches any pattern in time linear in the length of the text. But the factor is the size of the program to which the
 * pattern compiles, and nested counted repetitions multiply. Unlike RE2, RE2/J expands ((((x{100}){100}){100}){100}) without
 * a limit, so 30 characters fill the heap. The depth of its stack is bounded by the size of the program only. So the size of
 * the program is limited. Because the size is known only after compilation, the cost of the compilation is estimated first.
 */
/**
 * Regular expressions in the syntax of RE2, sent by clients. They match anywhere in a key, in time linear in the length of
 * the key.
 */
final class KeyPattern {

    static final String PARAMETER = "regex";

    private static final int LENGTH_MAX = 256;
    private static final int INSTRUCTIONS_MAX = 500;

    /** The maximum of the estimate, which is coarse. */
    private static final long ATOMS_MAX = 10_000;

    /** RE2 rejects counts above 1,000, so the estimate caps a count just above that. */
    private static final int COUNT_MAX = 1_001;

    private KeyPattern() {}

    /**
     * Returns a predicate that tests whether a key contains a match of a pattern. The predicate is thread-safe.
     *
     * @throws Problem 400 if the pattern is invalid or too large
     */
    static Predicate<Key> parse(String text) {
        if (text.length() > LENGTH_MAX) {
            throw Problem.badRequest("query parameter " + PARAMETER + " must have at most " + LENGTH_MAX
                    + " characters, not " + text.length());
        }
        Pattern pattern;
        try {
            pattern = atoms(text) > ATOMS_MAX ? null : Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw Problem.badRequest(
                    "query parameter " + PARAMETER + " is not a valid regular expression (RE2 syntax): "
                            + e.getDescription() + ": " + Quoting.quote(e.getPattern()));
        }
        if (pattern == null || pattern.programSize() > INSTRUCTIONS_MAX) {
            throw Problem.badRequest("query parameter " + PARAMETER + " is too large after its counted repetitions"
                    + " are expanded: the maximum is " + INSTRUCTIONS_MAX + " instructions");
        }
        return key -> pattern.matcher(key.toString()).find();
    }

    /**
     * Estimates, never too low, the number of characters after every {@code x{n,m}} is expanded. Multiplies the counts of
     * groups as if all groups were nested.
     */
    private static long atoms(String text) {
        long atoms = text.length();
        long groups = 1;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', open + 1)) {
            char before = open == 0 ? '(' : text.charAt(open - 1);
            if (before == ')' || before == 'E') { // \Q\E is empty, so the count repeats what precedes it
                groups = Math.min(ATOMS_MAX, groups * count(text, open));
            } else {
                atoms += count(text, open);
            }
        }
        return atoms * groups;
    }

    /** Returns the larger count of the repetition at {@code open}, or 1 if there is no repetition. */
    private static int count(String text, int open) {
        int greatest = 1;
        int number = 0;
        for (int i = open + 1; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit >= 0 && digit <= 9) {
                number = Math.min(COUNT_MAX, 10 * number + digit);
                greatest = Math.max(greatest, number);
            } else if (text.charAt(i) == ',') {
                number = 0;
            } else {
                break;
            }
        }
        return greatest;
    }
}
