package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests listings that are read page by page, with limit and cursor. */
@EveryMode
class PagingTest extends ServedTest {

    private static final Comparator<String> BY_BYTES =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static List<String> keys(Answer answer) throws IOException {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.complete()).isTrue();
        List<String> keys = new ArrayList<>();
        answer.json().fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    /** Returns the target of the link to the next page, or null if there is none. */
    private static String next(Answer answer) {
        String link = answer.header("Link");
        String cursor = answer.header("KV-Next-Cursor");
        if (link == null) {
            assertThat(cursor).isNull();
            return null;
        }
        assertThat(link).startsWith("</keys?").endsWith(">; rel=\"next\"").contains("cursor=" + cursor);
        return link.substring(1, link.indexOf('>'));
    }

    @Test
    void link_keepsTheParametersAndLeadsToTheNextPage() throws IOException {
        List<String> all = List.of("p &/%+", "p &/%+\u00e4", "p &/%+\ud83d\ude00");
        for (String key : all) {
            http().put("/keys/" + encode(key), "x");
        }
        String target = "/keys?prefix=" + encode("p &/%+") + "&limit=1&reverse=false";
        List<String> listed = new ArrayList<>();
        while (target != null) {
            Answer page = http().get(target);
            assertThat(keys(page)).hasSize(1);
            listed.addAll(keys(page));
            target = next(page);
            if (target != null) {
                assertThat(target)
                        .startsWith("/keys?prefix=p%20%26%2F%25%2B&limit=1&reverse=false&cursor=")
                        .matches("[!-~]+");
            }
        }
        assertThat(listed).isEqualTo(all);
    }

    @Test
    void cursor_continuesAfterADeletedKeyAndWithOtherFilters() throws IOException {
        for (String key : List.of("a", "b", "c", "d", "e")) {
            http().put("/keys/" + key, "x");
        }
        String cursor = http().get("/keys?limit=3").header("KV-Next-Cursor");
        http().request("DELETE", "/keys/c");
        http().put("/keys/b2", "x");
        http().put("/keys/c2", "x");
        assertThat(keys(http().get("/keys?cursor=" + cursor))).containsExactly("c2", "d", "e");
        assertThat(keys(http().get("/keys?limit=1&cursor=" + cursor))).containsExactly("c2");
        assertThat(keys(http().get("/keys?start=d&cursor=" + cursor))).containsExactly("d", "e");
        assertThat(keys(http().get("/keys?end=d&cursor=" + cursor))).containsExactly("c2");
        assertThat(keys(http().get("/keys?start=a&end=c&cursor=" + cursor))).isEmpty();
        assertThat(keys(http().get("/keys?prefix=a&cursor=" + cursor))).isEmpty();
        assertThat(http().request("HEAD", "/keys?cursor=" + cursor).header("KV-Count"))
                .isEqualTo("6");
        String back = http().get("/keys?limit=2&reverse=true").header("KV-Next-Cursor");
        assertThat(keys(http().get("/keys?reverse=true&cursor=" + back))).containsExactly("c2", "b2", "b", "a");
        assertThat(keys(http().get("/keys?reverse=true&end=b2&cursor=" + back))).containsExactly("b", "a");
        assertThat(keys(http().get("/keys?reverse=true&start=c&cursor=" + back)))
                .containsExactly("c2");
        assertThat(keys(http().get("/keys?reverse=true&start=d&cursor=" + back)))
                .isEmpty();
    }

    @Test
    void cursor_ofTheOtherDirectionIs400() {
        http().put("/keys/a", "x");
        http().put("/keys/b", "x");
        String up = http().get("/keys?limit=1").header("KV-Next-Cursor");
        String down = http().get("/keys?limit=1&reverse=true").header("KV-Next-Cursor");
        for (String query : new String[] {"reverse=true&cursor=" + up, "cursor=" + down}) {
            Answer answer = http().get("/keys?" + query);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).contains("cursor", "reverse");
        }
    }

    @Test
    void page_isFilledToTheLimitWithLargeValues() throws IOException {
        String large = "x".repeat(300_000);
        for (int i = 0; i < 9; i++) {
            http().put("/keys/" + i, large);
        }
        assertThat(http().request("HEAD", "/keys?limit=8").header("KV-Next-Cursor"))
                .isEqualTo(http().get("/keys?limit=8").header("KV-Next-Cursor"))
                .isNotNull();
        for (int limit : new int[] {4, 8, 9}) {
            for (String direction : new String[] {"", "&reverse=true"}) {
                List<String> listed = new ArrayList<>();
                String target = "/keys?limit=" + limit + direction;
                while (target != null) {
                    Answer page = http().get(target);
                    List<String> keys = keys(page);
                    assertThat(keys).hasSize(Math.min(limit, 9 - listed.size()));
                    listed.addAll(keys);
                    target = next(page);
                }
                List<String> expected = new ArrayList<>(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8"));
                if (!direction.isEmpty()) {
                    Collections.reverse(expected);
                }
                assertThat(listed).isEqualTo(expected);
            }
        }
    }

    @Test
    void page_isFilledToTheLimitWithManyRows() throws IOException {
        int count = 1_300;
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < count; i++) {
            rows.append("{\"key\":\"").append(10_000 + i).append("\",\"value\":\"x\"}\n");
        }
        assertThat(http().request("POST", "/import", rows.toString().getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(200);
        for (int limit : new int[] {999, 1_000, 1_001, 1_299, 1_300, 100_000}) {
            Answer page = http().get("/keys?limit=" + limit);
            assertThat(keys(page)).hasSize(Math.min(limit, count));
            assertThat(page.header("KV-Next-Cursor") != null).isEqualTo(limit < count);
            if (limit < count) {
                assertThat(keys(http().get(next(page)))).hasSize(Math.min(limit, count - limit));
            }
        }
        Answer sparse = http().get("/keys?limit=3&regex=00$&values=false&start=10100");
        assertThat(sparse.text()).isEqualTo("[\"10100\",\"10200\",\"10300\"]");
        assertThat(http().get("/keys?limit=13&regex=00$").header("KV-Next-Cursor"))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void paging_returnsEachStableKeyOnceDuringWrites(boolean reverse) throws Exception {
        List<String> stable = new ArrayList<>();
        String value = "x".repeat(30_000);
        for (int i = 0; i < 90; i++) {
            stable.add("s" + (100 + i));
            http().put("/keys/s" + (100 + i), value);
        }
        if (reverse) {
            Collections.reverse(stable);
        }
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            Random random = new Random(7);
            try (RawHttp own = connect()) {
                while (!done.get()) {
                    String target = "/keys/s" + (100 + random.nextInt(90));
                    own.put(random.nextInt(4) == 0 ? target : target + "-" + random.nextInt(3), "new " + value);
                    own.request("DELETE", "/keys/s" + (100 + random.nextInt(90)) + "-" + random.nextInt(3));
                }
            }
        });
        try {
            for (int limit : new int[] {1, 7, 50}) {
                List<String> listed = new ArrayList<>();
                String target = "/keys?limit=" + limit + "&reverse=" + reverse;
                while (target != null) {
                    Answer page = http().get(target);
                    List<String> keys = keys(page);
                    assertThat(keys).hasSizeLessThanOrEqualTo(limit).doesNotHaveDuplicates();
                    listed.addAll(keys);
                    target = next(page);
                }
                assertThat(listed).isSortedAccordingTo(reverse ? BY_BYTES.reversed() : BY_BYTES);
                listed.removeIf(key -> key.contains("-"));
                assertThat(listed).isEqualTo(stable);
            }
        } finally {
            done.set(true);
            writer.join();
        }
    }

    @Test
    void listing_equalsThatOfAModel() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        NavigableMap<String, String> model = new TreeMap<>(BY_BYTES);
        for (int i = 0; i < 250; i++) {
            String key = text(random, 1 + random.nextInt(5));
            model.put(key, "v" + i);
            http().put("/keys/" + encode(key), "v" + i);
        }
        for (int step = 0; step < 60; step++) {
            String as = "seed " + seed + ", step " + step;
            if (random.nextInt(4) == 0) {
                String key = text(random, 1 + random.nextInt(5));
                assertThat(http().request("DELETE", "/keys/" + encode(key)).status())
                        .as(as)
                        .isEqualTo(model.remove(key) == null ? 404 : 200);
            }
            String query = "";
            List<String> expected = new ArrayList<>(model.keySet());
            if (random.nextInt(3) == 0) {
                String prefix = text(random, 1 + random.nextInt(2));
                query += "&prefix=" + encode(prefix);
                expected.removeIf(key -> !key.startsWith(prefix));
            }
            if (random.nextInt(3) == 0) {
                String start = text(random, 1 + random.nextInt(3));
                query += "&start=" + encode(start);
                expected.removeIf(key -> BY_BYTES.compare(key, start) < 0);
            }
            if (random.nextInt(3) == 0) {
                String end = text(random, 1 + random.nextInt(3));
                query += "&end=" + encode(end);
                expected.removeIf(key -> BY_BYTES.compare(key, end) >= 0);
            }
            if (random.nextInt(3) == 0) {
                String regex = List.of("^a", "b$", "a.b", "[a/]{2}", "(?:b|/)a?\u00e4", "^.$")
                        .get(random.nextInt(6));
                query += "&regex=" + encode(regex);
                Pattern pattern = Pattern.compile(regex);
                expected.removeIf(key -> !pattern.matcher(key).find());
            }
            assertThat(http().get("/keys?count=true" + query).text())
                    .as(as + query)
                    .isEqualTo("{\"count\":" + expected.size() + "}");
            if (random.nextBoolean()) {
                query += "&reverse=true";
                Collections.reverse(expected);
            }
            int limit = 1 + random.nextInt(100);
            List<String> listed = new ArrayList<>();
            String target = "/keys?limit=" + limit + query;
            while (target != null) {
                Answer page = http().get(target);
                List<String> keys = keys(page);
                assertThat(keys).as(as + " " + target).hasSize(Math.min(limit, expected.size() - listed.size()));
                listed.addAll(keys);
                target = next(page);
            }
            assertThat(listed).as(as + query).isEqualTo(expected);
        }
    }

    private static String text(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(
                    List.of("a", "b", "/", "\u00e4", "\uffee", "\ud83d\ude00").get(random.nextInt(6)));
        }
        return text.toString();
    }
}
