package io.kvstore.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.TestServer;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The host names that the server accepts, which protect it against DNS rebinding. */
@Tag("http")
@Timeout(60)
class HostCheckTest {

    private Server server;
    private RawHttp http;

    @BeforeEach
    void start() {
        server = TestServer.start(
                StorageMode.MEMORY, Path.of("unused"), "--allowed_hosts", "kv.example.org, Other,[2001:db8::7]");
        http = RawHttp.connect(server.port());
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private static Answer get(RawHttp http, String target, String host) {
        return http.send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                .answer();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:8080",
                "LocalHost:1",
                "localhost:",
                "127.0.0.1",
                "127.0.0.1:99",
                "127.9.8.7",
                "[::1]",
                "[::1]:80",
                "[0:0:0:0:0:0:0:1]:80",
                "kv.example.org",
                "KV.example.ORG:443",
                "other",
                "[2001:DB8::7]"
            })
    void ownHost_isAcceptedWithAnyPort(String host) {
        assertThat(get(http, "/livez", host).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "evil.example",
                "evil.example:80",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "notlocalhost",
                "example.org",
                "localhost:x",
                "user@localhost",
                "localhost, localhost",
                "192.0.2.7",
                "127.0.0.256",
                "127.1",
                "2130706433",
                "::1",
                "[::1",
                "[::2]",
                "[localhost]",
                "[127.0.0.1]"
            })
    void otherHost_is421(String host) {
        Answer answer = get(http, "/livez", host);
        assertThat(answer.status()).isEqualTo(421);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.text()).contains("Misdirected Request").contains("--allowed_hosts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/keys", "/keys/a", "/stats", "/watch", "/nothing"})
    void otherHost_is421ForEveryTarget(String target) {
        assertThat(get(http, target, "evil.example").status()).isEqualTo(421);
    }

    @Test
    void writeToAnotherHost_changesNothing() {
        http.send("PUT /keys/a HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 1\r\n\r\nx");
        assertThat(http.answer().status()).isEqualTo(421);
        assertThat(http.get("/keys").text()).isEqualTo("{}");
    }

    @Test
    void missingHost_is400() {
        Answer answer = http.send("GET /livez HTTP/1.1\r\n\r\n").answer();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("Host");
    }

    @Test
    void repeatedHost_is400() {
        Answer answer = http.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n")
                .answer();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("Host").contains("2");
    }

    @Test
    void host_isNotRequiredInHttp10() {
        assertThat(http.send("GET /livez HTTP/1.0\r\n\r\n").answer().text()).isEqualTo("ok");
    }

    @Test
    void host_isCheckedInHttp10IfPresent() {
        http.send("GET /livez HTTP/1.0\r\nHost: evil.example\r\n\r\n");
        assertThat(http.answer().status()).isEqualTo(421);
    }

    @Test
    void host_mayBeTheLocalAddressOfTheConnection() throws SocketException {
        Optional<InetAddress> address = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
                .findFirst();
        assumeThat(address).as("an address other than loopback").isPresent();
        String own = address.get().getHostAddress();
        try (Server everywhere = TestServer.start(StorageMode.MEMORY, Path.of("unused"), "--host", "0.0.0.0");
                RawHttp outside = RawHttp.connect(address.get(), everywhere.port(), 0);
                RawHttp inside = RawHttp.connect(everywhere.port())) {
            assertThat(get(outside, "/livez", own + ":" + everywhere.port()).status())
                    .isEqualTo(200);
            assertThat(get(outside, "/livez", "localhost").status()).isEqualTo(200);
            assertThat(get(outside, "/livez", "192.0.2.7").status()).isEqualTo(421);
            assertThat(get(inside, "/livez", "0.0.0.0").status()).isEqualTo(200);
        }
    }
}
