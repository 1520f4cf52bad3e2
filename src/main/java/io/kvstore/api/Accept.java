package io.kvstore.api;

import java.util.List;
import java.util.Locale;

/** The media types that a client would like to get, RFC 9110 section 12.5.1. */
final class Accept {

    private Accept() {}

    /** Whether a client names this type, and likes it better than {@code other}, which is what it gets otherwise. */
    static boolean prefers(Request request, String type, String other) {
        return quality(request, type) > quality(request, other);
    }

    /** How well a client likes a type that it names, from 0 to 1; 0 where it does not. */
    private static double quality(Request request, String type) {
        List<String> fields = request.headers(Header.ACCEPT);
        double best = 0;
        for (String range :
                fields == null ? new String[0] : String.join(",", fields).split(",", -1)) {
            String[] parts = range.toLowerCase(Locale.ROOT).split(";", -1);
            if (parts[0].strip().equals(type)) {
                best = Math.max(best, quality(parts));
            }
        }
        return best;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.matches("q=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)")) {
                return Double.parseDouble(parameter.substring(2));
            }
        }
        return 1;
    }
}
