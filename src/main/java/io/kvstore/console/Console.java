package io.kvstore.console;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The console: a page for web browsers, and the files that the page loads. Thread-safe. */
public final class Console {

    /** The prefix of the paths of the files. The page itself is at {@code /}. */
    public static final String FOLDER = "/console/";

    /** The names of the files: listing a folder of a jar would mean to scan the whole jar. */
    static final List<String> FILES = List.of(
            "style.css",
            "icon.svg",
            "announce.js",
            "bytes.js",
            "chart.js",
            "charts.js",
            "conflict.js",
            "deletion.js",
            "dom.js",
            "download.js",
            "editor.js",
            "events.js",
            "format.js",
            "http.js",
            "json.js",
            "key-list.js",
            "key-view.js",
            "keys-batched.js",
            "keys-direct.js",
            "keys.js",
            "live.js",
            "main.js",
            "pages.js",
            "prometheus.js",
            "routes.js",
            "shortcuts.js",
            "token.js",
            "types.js",
            "value-view.js",
            "virtual-list.js");

    private Console() {}

    /** Returns the page. The other content of its path is for clients that do not accept HTML. */
    public static ConsoleFile page() {
        return new ConsoleFile("index.html", "text/html; charset=utf-8", true);
    }

    /** Returns the files that the page loads, by path. */
    public static Map<String, ConsoleFile> files() {
        Map<String, ConsoleFile> files = new LinkedHashMap<>();
        for (String name : FILES) {
            files.put(FOLDER + name, new ConsoleFile(name, type(name), false));
        }
        return files;
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalArgumentException("no media type for " + name);
        };
    }
}
