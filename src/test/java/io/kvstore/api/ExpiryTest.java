package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how an expiry is set, and that an expired key is absent for every request at once. */
@EveryMode
class ExpiryTest extends ServedTest {

    private void fixClock() {
        clock.set(Instant.parse("2030-01-01T00:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource({
        "60, 60",
        "1, 1",
        "500ms, 1",
        "1ms, 1",
        "1500ms, 2",
        "30s, 30",
        "15m, 900",
        "2h, 7200",
        "7d, 604800",
        "3650d, 315360000",
        "315360000, 315360000"
    })
    void put_acceptsATimeToLive(String ttl, String secondsLeft) {
        fixClock();
        assertThat(http().put("/keys/a", "x", "KV-TTL: " + ttl).status()).isEqualTo(201);
        assertThat(http().get("/keys/a").header("KV-TTL")).isEqualTo(secondsLeft);
        assertThat(http().request("HEAD", "/keys/a").header("KV-TTL")).isEqualTo(secondsLeft);
        assertThat(http().put("/keys/b?ttl=" + ttl, "x").status()).isEqualTo(201);
        assertThat(http().get("/keys/b").header("KV-TTL")).isEqualTo(secondsLeft);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "+1",
                "1.5",
                "x",
                "1w",
                "1S",
                "60 s",
                "s",
                "ms",
                "0ms",
                "3651d",
                "315360001",
                "9999999999999999999999",
                "1e3",
                "KEEP"
            })
    void put_withAnInvalidTimeToLiveIs400(String ttl) {
        Answer byHeader = http().put("/keys/a", "x", "KV-TTL: " + ttl);
        assertThat(byHeader.status()).isEqualTo(400);
        assertThat(byHeader.text()).contains("KV-TTL", "3650d");
        Answer byParameter = http().put("/keys/a?ttl=" + ttl.replace(" ", "%20").replace("+", "%2B"), "x");
        assertThat(byParameter.status()).isEqualTo(400);
        assertThat(byParameter.text()).contains("ttl", "3650d");
        assertThat(http().get("/keys/a").status()).isEqualTo(404);
    }

    @Test
    void put_withTwoTimesToLiveIs400() {
        assertThat(http().put("/keys/a?ttl=60", "x", "KV-TTL: 60").status()).isEqualTo(400);
        assertThat(http().put("/keys/a", "x", "KV-TTL: 60", "KV-TTL: 60").status())
                .isEqualTo(400);
        assertThat(http().put("/keys/a?ttl=60&ttl=60", "x").status()).isEqualTo(400);
        assertThat(http().put("/keys/a?ttl=", "x").status()).isEqualTo(400);
        assertThat(http().get("/keys/a").status()).isEqualTo(404);
    }

    @Test
    void put_clearsTheExpiryUnlessAskedToKeepIt() {
        fixClock();
        http().put("/keys/a", "x", "KV-TTL: 60");
        clock.advance(Duration.ofSeconds(10));
        http().put("/keys/a", "y", "KV-TTL: keep");
        assertThat(http().get("/keys/a").header("KV-TTL")).isEqualTo("50");
        http().put("/keys/a", "z");
        assertThat(http().get("/keys/a").header("KV-TTL")).isNull();
        http().put("/keys/new", "z", "KV-TTL: keep");
        assertThat(http().get("/keys/new").header("KV-TTL")).isNull();
    }

    @Test
    void key_existsUntilTheMillisecondOfItsExpiry() {
        fixClock();
        http().put("/keys/a", "x", "KV-TTL: 2s");
        clock.advance(Duration.ofMillis(1_999));
        assertThat(http().get("/keys/a").header("KV-TTL")).isEqualTo("1");
        clock.advance(Duration.ofMillis(1));
        assertThat(http().get("/keys/a").status()).isEqualTo(404);
    }

    @Test
    void expiredKey_isAbsentForEveryRequest() {
        fixClock();
        Answer put = http().put("/keys/a", "x", "KV-TTL: 1s");
        http().put("/keys/b", "stays");
        clock.advance(Duration.ofSeconds(1));
        assertThat(http().request("HEAD", "/keys").header("KV-Count")).isEqualTo("1");
        assertThat(http().get("/keys").text()).isEqualTo("{\"b\":\"stays\"}");
        assertThat(http().request("HEAD", "/keys/a").status()).isEqualTo(404);
        assertThat(http().put("/keys/a", "y", "If-Match: " + put.header("ETag")).status())
                .isEqualTo(412);
        assertThat(http().put("/keys/a", "y", "If-Match: *").status()).isEqualTo(412);
        assertThat(http().request("DELETE", "/keys/a").status()).isEqualTo(404);
        assertThat(http().request("POST", "/keys/a?op=touch&ttl=60").status()).isEqualTo(404);
        assertThat(http().request("POST", "/keys/a?op=persist").status()).isEqualTo(404);
        assertThat(http().get("/keys/a").status()).isEqualTo(404);
    }

    @Test
    void expiredKey_staysAbsentIfTheClockGoesBack() {
        fixClock();
        http().put("/keys/a", "x", "KV-TTL: 10s");
        clock.advance(Duration.ofSeconds(10));
        assertThat(http().get("/keys/a").status()).isEqualTo(404);
        clock.advance(Duration.ofSeconds(-5));
        assertThat(http().get("/keys/a").status()).isEqualTo(404);
    }

    @Test
    void write_toAnExpiredKeyCreatesIt() {
        fixClock();
        http().put("/keys/a", "9", "KV-TTL: 1s", "Content-Type: text/old");
        http().put("/keys/n", "9", "KV-TTL: 1s");
        http().put("/keys/l", "9", "KV-TTL: 1s");
        clock.advance(Duration.ofSeconds(1));
        Answer put = http().put("/keys/a", "new", "If-None-Match: *");
        assertThat(put.status()).isEqualTo(201);
        Answer incremented = http().request("POST", "/keys/n?op=increment");
        assertThat(incremented.status()).isEqualTo(201);
        assertThat(incremented.text()).isEqualTo("1");
        assertThat(http().request("POST", "/keys/l?op=append", new byte[] {'x'}).status())
                .isEqualTo(201);
        assertThat(http().get("/keys").text()).isEqualTo("{\"a\":\"new\",\"l\":\"x\",\"n\":\"1\"}");
        assertThat(http().get("/keys/a").header("Content-Type")).startsWith("text/plain");
        // three puts, three removals and three writes, each with its own revision, in any order
        assertThat(http().request("HEAD", "/keys").revision()).isEqualTo(9);
    }

    @Test
    void expiryTime_survivesARestart() {
        assumeTrue(persistent(), "mode memory keeps nothing");
        fixClock();
        http().put("/keys/a", "x", "KV-TTL: 60");
        http().put("/keys/b", "x", "KV-TTL: 5");
        restart();
        clock.advance(Duration.ofSeconds(20));
        assertThat(http().get("/keys/a").header("KV-TTL")).isEqualTo("40");
        assertThat(http().get("/keys/b").status()).isEqualTo(404);
    }
}
