package io.kvstore.api;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.kvstore.http.Problem;
import io.kvstore.http.Quoting;
import io.kvstore.keyspace.Key;
import java.util.function.Predicate;

/*
 * RE2 matches in time linear in the text, for any pattern: that is what it is for. But the factor is the size of the
 * program that the pattern compiles to, and counted repetitions within each other multiply: RE2/J, unlike RE2, unfolds
 * ((((x{100}){100}){100}){100}) as it stands, and 30 characters fill the heap. Nor is its stack bounded by anything but the
 * program. So the program has a bound; and since that is known only once it is there, what compiling may take is estimated
 * first.
 */
/** Regular expressions in RE2's syntax that clients send: found anywhere in a key, in time linear in the key's length. */
final class KeyPattern {

    static final String PARAMETER = "regex";

    private static final int LENGTH_MAX = 256;
    private static final int INSTRUCTIONS_MAX = 500;

    /** Of the estimate, which is coarse. */
    private static final long ATOMS_MAX = 10_000;

    /** RE2 takes no count above a thousand. */
    private static final int COUNT_MAX = 1_001;

    private KeyPattern() {}

    /**
     * Whether a pattern is found in a key. Safe for use by any number of threads.
     *
     * @throws Problem 400 when it is none, or too large
     */
    static Predicate<Key> parse(String text) {
        if (text.length() > LENGTH_MAX) {
            throw Problem.badRequest("query parameter " + PARAMETER + " has at most " + LENGTH_MAX + " characters, not "
                    + text.length());
        }
        Pattern pattern;
        try {
            pattern = atoms(text) > ATOMS_MAX ? null : Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw Problem.badRequest("query parameter " + PARAMETER + " is no regular expression of RE2: "
                    + e.getDescription() + ": " + Quoting.quote(e.getPattern()));
        }
        if (pattern == null || pattern.programSize() > INSTRUCTIONS_MAX) {
            throw Problem.badRequest("query parameter " + PARAMETER + " is too large with its repetitions unfolded: "
                    + INSTRUCTIONS_MAX + " instructions are the most");
        }
        return key -> pattern.matcher(key.toString()).find();
    }

    /**
     * At least how many characters there are once every {@code x{n,m}} is unfolded. Counts of groups are multiplied, as if
     * each were within all others.
     */
    private static long atoms(String text) {
        long atoms = text.length();
        long groups = 1;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', open + 1)) {
            char before = open == 0 ? '(' : text.charAt(open - 1);
            if (before == ')' || before == 'E') { // \Q\E is nothing, so that what it stands behind is repeated
                groups = Math.min(ATOMS_MAX, groups * count(text, open));
            } else {
                atoms += count(text, open);
            }
        }
        return atoms * groups;
    }

    /** The greater number of the repetition that opens here, and 1 where it is none. */
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
