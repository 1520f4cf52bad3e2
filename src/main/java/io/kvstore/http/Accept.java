package io.kvstore.http;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a client would rather have, RFC 9110 section 12.4: lists of names, each with a weight perhaps.
 *
 * <p>Of two that a client weighs alike, the one that it named goes before the one that a wildcard brought in. Whoever
 * accepts nothing of what there is gets what there is. An element that cannot be read is left out.
 */
public final class Accept {

    private static final int FULL_WEIGHT = 1_000;

    private Accept() {}

    /** Whether rows are to be lines rather than {@code other}, which is what a client gets that does not care. */
    public static boolean lines(Request request, String other) {
        return prefers(request, MediaType.NDJSON, other);
    }

    /** Whether one type is wanted more than {@code other}, which is what a client gets that does not care. */
    public static boolean prefers(Request request, String type, String other) {
        return rank(request, type) > rank(request, other);
    }

    private static int rank(Request request, String type) {
        String wildcard = type.substring(0, type.indexOf('/')) + "/*";
        return rank(request.headers(Header.ACCEPT), List.of(type), List.of(wildcard, "*/*"));
    }

    /** Whether a body is to be compressed. */
    public static boolean gzip(Request request) {
        List<String> fields = request.headers(Header.ACCEPT_ENCODING);
        int gzip = rank(fields, List.of("gzip", "x-gzip"), List.of("*"));
        return gzip > 0 && gzip >= rank(fields, List.of("identity"), List.of("*"));
    }

    /**
     * How much something is wanted; 0 where it is not.
     *
     * @param names its own
     * @param wildcards those that stand for it too, the narrowest first
     */
    private static int rank(@Nullable List<String> fields, List<String> names, List<String> wildcards) {
        int named = weight(fields, names);
        if (named >= 0) {
            return named == 0 ? 0 : 2 * named + 1;
        }
        for (String wildcard : wildcards) {
            int weight = weight(fields, List.of(wildcard));
            if (weight >= 0) {
                return 2 * weight;
            }
        }
        return 0;
    }

    /** The weight in thousandths that is given to one of these names, or -1 where none of them is named. */
    private static int weight(@Nullable List<String> fields, List<String> names) {
        int found = -1;
        for (String field : fields == null ? List.<String>of() : fields) {
            for (String element : field.split(",", -1)) {
                String[] parts = element.split(";", -1);
                if (names.contains(parts[0].trim().toLowerCase(Locale.ROOT))) {
                    found = Math.max(found, weight(parts));
                }
            }
        }
        return found;
    }

    /** The weight that an element's parameters tell, or -1 where it is none. */
    private static int weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim();
            if (parameter.startsWith("q=") || parameter.startsWith("Q=")) {
                return thousandths(parameter.substring(2));
            }
        }
        return FULL_WEIGHT;
    }

    private static int thousandths(String weight) {
        boolean wellFormed = weight.length() <= 5
                && (weight.startsWith("0") || weight.startsWith("1"))
                && (weight.length() == 1 || weight.charAt(1) == '.');
        int value = 0;
        for (int i = 0; wellFormed && i < 5; i++) {
            if (i != 1) {
                int digit = i < weight.length() ? weight.charAt(i) - '0' : 0;
                wellFormed = digit >= 0 && digit <= 9;
                value = 10 * value + digit;
            }
        }
        return wellFormed && value <= FULL_WEIGHT ? value : -1;
    }
}
