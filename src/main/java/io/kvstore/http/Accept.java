package io.kvstore.http;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Content negotiation, RFC 9110 section 12.4: evaluates the weights of {@code Accept} and {@code Accept-Encoding}.
 *
 * <p>If two choices have the same weight, a choice that the client named comes before one that only a wildcard matches. A
 * client that accepts none of the choices gets the default. A malformed element is ignored.
 */
public final class Accept {

    private static final int FULL_WEIGHT = 1_000;

    private Accept() {}

    /** Returns whether the client prefers rows as lines of JSON to the default type. */
    public static boolean lines(Request request, String defaultType) {
        return prefers(request, MediaType.NDJSON, defaultType);
    }

    /** Returns whether the client prefers a type to the default type. */
    public static boolean prefers(Request request, String type, String defaultType) {
        return rank(request, type) > rank(request, defaultType);
    }

    private static int rank(Request request, String type) {
        String wildcard = type.substring(0, type.indexOf('/')) + "/*";
        return rank(request.headers(Header.ACCEPT), List.of(type), List.of(wildcard, "*/*"));
    }

    /** Returns whether to compress the response. */
    public static boolean gzip(Request request) {
        List<String> fields = request.headers(Header.ACCEPT_ENCODING);
        int gzip = rank(fields, List.of("gzip", "x-gzip"), List.of("*"));
        return gzip > 0 && gzip >= rank(fields, List.of("identity"), List.of("*"));
    }

    /**
     * Returns the rank of a choice: twice its weight, plus one if the client named it; 0 if the client does not accept it.
     *
     * @param names the names of the choice
     * @param wildcards the wildcards that match it, the most specific first
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

    /** Returns the greatest weight of these names in thousandths, or -1 if the fields contain none of them. */
    private static int weight(@Nullable List<String> fields, List<String> names) {
        int greatest = -1;
        for (String field : fields == null ? List.<String>of() : fields) {
            for (String element : field.split(",", -1)) {
                String[] parts = element.split(";", -1);
                if (names.contains(parts[0].trim().toLowerCase(Locale.ROOT))) {
                    greatest = Math.max(greatest, weight(parts));
                }
            }
        }
        return greatest;
    }

    /** Returns the weight of an element in thousandths, or -1 if it is malformed. */
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
