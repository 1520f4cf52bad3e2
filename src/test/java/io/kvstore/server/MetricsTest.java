package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The metrics at {@code /metrics}; the dashboard and the alerts use only metrics that exist. */
@EveryMode
class MetricsTest extends ServedTest {

    private static final Pattern SAMPLE = Pattern.compile("([a-z_0-9]+)(?:\\{(.*)\\})? ([0-9.eE+-]+|NaN|\\+Inf)");
    private static final Pattern QUERIED = Pattern.compile("\\b((?:kvstore|jvm|process)_[a-z0-9_]+)");

    @Override
    protected String[] flags() {
        return new String[] {"--cache_capacity", "2", "--durability", "always"};
    }

    /** Returns the metrics once no other request is in flight: a request is counted after its client has the response. */
    private String scrape() {
        while (value(http().get("/metrics").text(), "kvstore_http_requests_in_flight") > 1) {
            Thread.onSpinWait();
        }
        Answer answer = http().get("/metrics");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        return answer.text();
    }

    /** Returns the value of the sample with exactly this name and these labels; 0 if there is none. */
    private static double value(String metrics, String sample) {
        for (String line : metrics.lines().toList()) {
            if (line.startsWith(sample + " ")) {
                return Double.parseDouble(line.substring(sample.length() + 1));
            }
        }
        return 0;
    }

    private static String requests(String method, String route, int status) {
        return "kvstore_http_request_duration_seconds_count{method=\"" + method + "\",route=\"" + route + "\",status=\""
                + status + "\"}";
    }

    @Test
    void requests_areCountedByMethodRouteAndStatus() {
        http().put("/keys/a", "hello");
        http().get("/keys/a");
        http().get("/keys/a");
        http().get("/keys/none");
        http().request("PATCH", "/keys/a");
        http().get("/keys?limit=0");
        http().get("/nothing");
        http().get("/stats");
        String metrics = scrape();
        assertThat(value(metrics, requests("PUT", "/keys/{key}", 201))).isEqualTo(1);
        assertThat(value(metrics, requests("GET", "/keys/{key}", 200))).isEqualTo(2);
        assertThat(value(metrics, requests("GET", "/keys/{key}", 404))).isEqualTo(1);
        assertThat(value(metrics, requests("other", "/keys/{key}", 405))).isEqualTo(1);
        assertThat(value(metrics, requests("GET", "/keys", 400))).isEqualTo(1);
        assertThat(value(metrics, requests("GET", "none", 404))).isEqualTo(1);
        assertThat(value(metrics, requests("GET", "/stats", 200))).isEqualTo(1);
        assertThat(value(metrics, "kvstore_http_request_body_bytes_total{route=\"/keys/{key}\"}"))
                .isEqualTo(5);
        assertThat(value(metrics, "kvstore_http_response_body_bytes_total{route=\"/keys/{key}\"}"))
                .isGreaterThan(2 * 5);
        assertThat(value(metrics, "kvstore_http_requests_in_flight")).isEqualTo(1);
        String scrapes = requests("GET", "/metrics", 200);
        assertThat(value(scrape(), scrapes)).isGreaterThan(value(metrics, scrapes));
    }

    @Test
    void metricsOfTheStore_matchStats() throws IOException {
        http().put("/keys/a", "x".repeat(1_000));
        http().put("/keys/b", "y", "KV-TTL: 60");
        http().get("/keys/a");
        http().get("/keys/none");
        clock.advance(Duration.ofSeconds(61));
        http().put("/keys/b", "z");
        JsonNode stats = http().get("/stats").json();
        String metrics = scrape();
        assertThat(value(metrics, "kvstore_keys")).isEqualTo(2);
        assertThat(value(metrics, "kvstore_revision")).isEqualTo(4);
        assertThat(value(metrics, "kvstore_oldest_revision")).isZero();
        assertThat(value(metrics, "kvstore_store_bytes"))
                .isEqualTo(stats.get("bytes").doubleValue());
        assertThat(value(metrics, "kvstore_writable")).isEqualTo(1);
        assertThat(value(metrics, "kvstore_watchers")).isZero();
        assertThat(value(metrics, "kvstore_expired_keys_total")).isEqualTo(1);
        assertThat(value(metrics, "kvstore_commits_total")).isEqualTo(4);
        assertThat(value(metrics, "kvstore_commit_group_size_sum")).isEqualTo(4);
        assertThat(value(metrics, "kvstore_commit_group_size_count")).isBetween(1.0, 4.0);
        assertThat(value(
                        metrics,
                        "kvstore_store_info{durability=\"" + (persistent() ? "always" : "none") + "\",mode=\""
                                + mode.label() + "\"}"))
                .isEqualTo(1);
        if (persistent()) {
            assertThat(value(metrics, "kvstore_fsync_duration_seconds_count")).isGreaterThanOrEqualTo(1);
            assertThat(value(metrics, "kvstore_fsync_duration_seconds_sum")).isPositive();
        } else {
            assertThat(value(metrics, "kvstore_fsync_duration_seconds_count")).isZero();
        }
        if (mode == StorageMode.CACHED) {
            JsonNode cache = stats.get("cache");
            assertThat(value(metrics, "kvstore_cache_hits_total"))
                    .isEqualTo(cache.get("hits").doubleValue());
            assertThat(value(metrics, "kvstore_cache_misses_total"))
                    .isEqualTo(cache.get("misses").doubleValue())
                    .isPositive();
            assertThat(value(metrics, "kvstore_cache_entries")).isEqualTo(2);
        } else {
            assertThat(metrics).doesNotContain("kvstore_cache");
        }
    }

    @Test
    void format_followsAccept() {
        Answer plain = http().get("/metrics");
        assertThat(plain.header("Content-Type")).startsWith("text/plain; version=0.0.4");
        for (String line : plain.text().lines().toList()) {
            assertThat(line.startsWith("# ") || SAMPLE.matcher(line).matches())
                    .as(line)
                    .isTrue();
        }
        Answer open = http().get(
                        "/metrics",
                        "Accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2");
        assertThat(open.header("Content-Type")).startsWith("application/openmetrics-text; version=1.0.0");
        assertThat(open.text()).endsWith("# EOF\n");
        assertThat(open.header("Vary")).isEqualTo("Accept");
    }

    @Test
    void labels_containNoClientInput() {
        String secret = "s3cr3t";
        http().put("/keys/" + secret, secret, "Content-Type: text/" + secret);
        http().get("/" + secret + "?" + secret);
        http().get("/keys?" + secret + "=" + secret);
        http().get("/keys?prefix=" + secret, "Authorization: Bearer " + secret, "X-Request-Id: " + secret);
        http().request(secret.toUpperCase(Locale.ROOT), "/keys/" + secret);
        http().get("/keys/" + secret, "Host: " + secret);
        String metrics = scrape();
        assertThat(metrics.toLowerCase(Locale.ROOT)).doesNotContain(secret);
        for (String line : metrics.lines().toList()) {
            Matcher sample = SAMPLE.matcher(line);
            if (line.startsWith("kvstore_http") && sample.matches() && line.contains("route=")) {
                assertThat(sample.group(2)).as(line).containsPattern("route=\"(/[a-z/.]*(\\{(key|file)\\})?|none)\"");
            }
        }
    }

    @Test
    void dashboardAndAlerts_useExistingMetrics() throws IOException {
        http().put("/keys/a", "x");
        http().get("/keys/a");
        Set<String> existing = new HashSet<>();
        for (String line : scrape().lines().toList()) {
            Matcher sample = SAMPLE.matcher(line);
            if (sample.matches()) {
                existing.add(sample.group(1));
            }
        }
        Set<String> named = new LinkedHashSet<>();
        for (String file : new String[] {"grafana-dashboard.json", "prometheus-alerts.yml", "operations.md"}) {
            Matcher each = QUERIED.matcher(Files.readString(Path.of("docs", file), StandardCharsets.UTF_8));
            int before = named.size();
            while (each.find()) {
                named.add(each.group(1));
            }
            assertThat(named).as(file).hasSizeGreaterThan(Math.min(before, 5));
        }
        if (mode != StorageMode.CACHED) {
            named.removeIf(name -> name.startsWith("kvstore_cache"));
        }
        named.remove("kvstore_access_log_dropped_total"); // exists only with an access log
        named.removeIf(name -> existing.contains(name + "_count") && existing.contains(name + "_bucket"));
        assertThat(existing).containsAll(named);
    }

    @Test
    void metrics_rejectOtherMethodsAndParameters() {
        assertThat(http().request("HEAD", "/metrics").status()).isEqualTo(200);
        assertThat(http().request("POST", "/metrics").status()).isEqualTo(405);
        assertThat(http().get("/metrics?name=x").status()).isEqualTo(400);
    }
}
