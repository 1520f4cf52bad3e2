package io.kvstore.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The console: a page for browsers, and the files that it loads. */
final class Console {

    /** What the paths of its files begin with; the page itself is at {@code /}. */
    static final String FOLDER = "/console/";

    /** Named here, because a jar does not tell quickly what is in a folder. */
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

    static Resource page() {
        return new ConsoleFile("index.html", "text/html; charset=utf-8", true);
    }

    /** What the page loads, by path. */
    static Map<String, Resource> files() {
        Map<String, Resource> files = new LinkedHashMap<>();
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
            default -> throw new IllegalArgumentException("no type is known for " + name);
        };
    }
}
