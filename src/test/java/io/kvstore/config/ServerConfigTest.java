package io.kvstore.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.store.Durability;
import io.kvstore.store.StorageMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** For every flag: both ends of its range, invalid values, and each accepted spelling. Defaults are in {@link FlagTableTest}. */
class ServerConfigTest {

    private static ServerConfig with(String flag, String value) {
        Map<String, String> flags = new HashMap<>(Map.of("--store_path", "data"));
        flags.put(flag, value);
        return ServerConfig.of(flags);
    }

    private static void accepts(String flag, String value, Function<ServerConfig, Object> component, Object expected) {
        assertThat(component.apply(with(flag, value))).isEqualTo(expected);
    }

    private static void rejects(String flag, String... values) {
        for (String value : values) {
            assertThatThrownBy(() -> with(flag, value))
                    .as(flag + " " + value)
                    .isInstanceOf(BadFlagException.class)
                    .hasMessageStartingWith(flag + " must be ")
                    .hasMessageContaining("\"" + value + "\"")
                    .hasMessageNotContaining("\n");
        }
    }

    /** Returns the configuration that a command line and an environment give. */
    private static ServerConfig parse(Map<String, String> environment, String... arguments) {
        CommandSpec command = CommandSpec.create();
        CommandLineFlags.addTo(command);
        return CommandLineFlags.read(new CommandLine(command).parseArgs(arguments), environment);
    }

    @Test
    void port() {
        accepts("--port", "0", ServerConfig::port, 0);
        accepts("--port", "65535", ServerConfig::port, 65_535);
        rejects("--port", "-1", "65536", "", "x", "80.0", "0x50", "99999999999999999999", " 80", "\u0663");
    }

    @Test
    void host() {
        accepts("--host", "0.0.0.0", ServerConfig::host, "0.0.0.0");
        rejects("--host", "", " ");
    }

    @Test
    void mode() {
        for (StorageMode mode : StorageMode.values()) {
            accepts("--mode", Integer.toString(mode.number()), ServerConfig::mode, mode);
            accepts("--mode", mode.label(), ServerConfig::mode, mode);
            accepts("--mode", mode.name(), ServerConfig::mode, mode);
        }
        rejects("--mode", "-1", "4", "", "disk", "00");
    }

    @Test
    void authFile() {
        accepts("--auth_file", "a/tokens", ServerConfig::authFile, Path.of("a/tokens"));
        accepts("--auth_file", "", ServerConfig::authFile, null);
        assertThat(parse(Map.of("KVSTORE_AUTH_FILE", "e"), "--auth-file", "f").authFile())
                .isEqualTo(Path.of("f"));
    }

    @Test
    void restore() {
        accepts("--restore", "a/b.snapshot", ServerConfig::restore, Path.of("a/b.snapshot"));
        accepts("--restore", "", ServerConfig::restore, null);
        assertThat(parse(Map.of("KVSTORE_RESTORE", "e"), "--mode", "0").restore())
                .isEqualTo(Path.of("e"));
        assertThat(parse(Map.of("KVSTORE_RESTORE", "e"), "--restore", "f").restore())
                .isEqualTo(Path.of("f"));
        assertThatThrownBy(() -> with("--restore", "a\0b"))
                .isInstanceOf(BadFlagException.class)
                .hasMessageStartingWith("--restore must be the path of a file");
    }

    @Test
    void storePath() {
        accepts("--mode", "1", ServerConfig::storePath, Path.of("data"));
        accepts("--mode", "0", ServerConfig::storePath, null);
        assertThat(ServerConfig.of(Map.of("--store_path", "")).storePath()).isNull();
        for (String mode : new String[] {"1", "2", "3"}) {
            for (Map<String, String> flags :
                    List.of(Map.of("--mode", mode), Map.of("--mode", mode, "--store_path", ""))) {
                assertThatThrownBy(() -> ServerConfig.of(flags))
                        .isInstanceOf(BadFlagException.class)
                        .hasMessageContaining("--store_path must be a folder in mode " + mode);
            }
        }
        Map<String, String> broken = Map.of("--mode", "1", "--store_path", "a\0b");
        assertThatThrownBy(() -> ServerConfig.of(broken)).isInstanceOf(BadFlagException.class);
    }

    @Test
    void cacheCapacity() {
        accepts("--cache_capacity", "1", ServerConfig::cacheCapacity, 1);
        accepts("--cache_capacity", "2147483647", ServerConfig::cacheCapacity, Integer.MAX_VALUE);
        rejects("--cache_capacity", "0", "-1", "2147483648", "1k");
    }

    @Test
    void durability() {
        accepts("--durability", "always", ServerConfig::durability, Durability.ALWAYS);
        accepts("--durability", "interval", ServerConfig::durability, Durability.INTERVAL);
        accepts("--durability", "NEVER", ServerConfig::durability, Durability.NEVER);
        rejects("--durability", "", "0", "sometimes");
    }

    @Test
    void maxKeyBytes() {
        accepts("--max_key_bytes", "1", ServerConfig::maxKeyBytes, 1);
        accepts("--max_key_bytes", "65535", ServerConfig::maxKeyBytes, 65_535);
        accepts("--max_key_bytes", "2k", ServerConfig::maxKeyBytes, 2_048);
        rejects("--max_key_bytes", "0", "65536", "64k", "-1");
    }

    @Test
    void maxValueBytes() {
        accepts("--max_value_bytes", "1", ServerConfig::maxValueBytes, 1);
        accepts("--max_value_bytes", "1g", ServerConfig::maxValueBytes, 1 << 30);
        accepts("--max_value_bytes", "1024M", ServerConfig::maxValueBytes, 1 << 30);
        accepts("--max_value_bytes", "1073741824", ServerConfig::maxValueBytes, 1 << 30);
        rejects("--max_value_bytes", "0", "1073741825", "2g", "1t", "g", "1 k", "1kb", "9223372036854775807g");
    }

    @Test
    void maxBatchOps() {
        accepts("--max_batch_ops", "1", ServerConfig::maxBatchOps, 1);
        accepts("--max_batch_ops", "2147483647", ServerConfig::maxBatchOps, Integer.MAX_VALUE);
        rejects("--max_batch_ops", "0", "-1", "2147483648", "10k", "");
    }

    @Test
    void maxBatchBytes() {
        accepts("--max_batch_bytes", "1", ServerConfig::maxBatchBytes, 1);
        accepts("--max_batch_bytes", "1g", ServerConfig::maxBatchBytes, 1 << 30);
        rejects("--max_batch_bytes", "0", "1073741825", "2g", "x", "");
    }

    @Test
    void history() {
        accepts("--watch_history", "0", ServerConfig::historyChanges, 0L);
        accepts("--watch_history", "9223372036854775807", ServerConfig::historyChanges, Long.MAX_VALUE);
        rejects("--watch_history", "-1", "9223372036854775808", "1k");
        accepts("--watch_history_bytes", "0", ServerConfig::historyBytes, 0L);
        accepts("--watch_history_bytes", "3g", ServerConfig::historyBytes, 3L << 30);
        rejects("--watch_history_bytes", "-1", "9223372036854775808");
    }

    @Test
    void ioTimeout() {
        accepts("--io_timeout", "10ms", ServerConfig::ioTimeout, Duration.ofMillis(10));
        accepts("--io_timeout", "1d", ServerConfig::ioTimeout, Duration.ofDays(1));
        accepts("--io_timeout", "2H", ServerConfig::ioTimeout, Duration.ofHours(2));
        rejects("--io_timeout", "9ms", "25h", "2d", "0s", "30", "", "s", "1.5s", "-1s", "1w", "99999999999999999d");
    }

    @Test
    void shutdownTimeout() {
        accepts("--shutdown_timeout", "0s", ServerConfig::shutdownTimeout, Duration.ZERO);
        accepts("--shutdown_timeout", "24h", ServerConfig::shutdownTimeout, Duration.ofDays(1));
        accepts("--shutdown_timeout", "15m", ServerConfig::shutdownTimeout, Duration.ofMinutes(15));
        rejects("--shutdown_timeout", "86401s", "0", "-0s");
    }

    @Test
    void accessLog() {
        accepts("--access_log", "off", ServerConfig::accessLog, AccessLogFormat.OFF);
        accepts("--access_log", "Text", ServerConfig::accessLog, AccessLogFormat.TEXT);
        accepts("--access_log", "json", ServerConfig::accessLog, AccessLogFormat.JSON);
        rejects("--access_log", "", "on", "true", "combined", "1");
    }

    @Test
    void tls() {
        Map<String, String> flags = new HashMap<>(Map.of("--tls_cert", "c.pem", "--tls_key", "k.pem"));
        assertThat(ServerConfig.of(flags).tls()).isEqualTo(new TlsFiles(Path.of("c.pem"), Path.of("k.pem"), null));
        flags.put("--tls_client_ca", "ca.pem");
        assertThat(ServerConfig.of(flags).tls())
                .isEqualTo(new TlsFiles(Path.of("c.pem"), Path.of("k.pem"), Path.of("ca.pem")));
        assertThat(ServerConfig.of(Map.of("--tls_cert", "", "--tls_key", "")).tls())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"--tls_cert, --tls_key", "--tls_key, --tls_cert", "--tls_client_ca, --tls_cert"})
    void tls_requiresCertificateAndKey(String given, String missing) {
        assertThatThrownBy(() -> ServerConfig.of(Map.of(given, "file")))
                .isInstanceOf(BadFlagException.class)
                .hasMessageStartingWith(missing + " must be ");
        assertThatThrownBy(() -> ServerConfig.of(Map.of(given, "a\0b", missing, "x")))
                .isInstanceOf(BadFlagException.class)
                .hasMessageStartingWith(given + " must be the path of a file");
    }

    @Test
    void allowedHosts() {
        accepts("--allowed_hosts", "kv.example.org", ServerConfig::allowedHosts, List.of("kv.example.org"));
        accepts(
                "--allowed_hosts",
                "KV, 10.0.0.1,[::1]",
                ServerConfig::allowedHosts,
                List.of("KV", "10.0.0.1", "[::1]"));
        accepts("--allowed_hosts", "", ServerConfig::allowedHosts, List.of());
        rejects("--allowed_hosts", "a,", ",", " ", "kv:80", "http://kv", "kv/", "*", "a b", "::1", "[kv]", "\u00e4");
    }

    @Test
    void corsOrigin() {
        accepts("--cors_origin", "http://localhost:3000", ServerConfig::corsOrigins, List.of("http://localhost:3000"));
        accepts("--cors_origin", "https://a,https://b", ServerConfig::corsOrigins, List.of("https://a", "https://b"));
        accepts("--cors_origin", "https://[::1]:1", ServerConfig::corsOrigins, List.of("https://[::1]:1"));
        accepts("--cors_origin", "*", ServerConfig::corsOrigins, List.of("*"));
        accepts("--cors_origin", "", ServerConfig::corsOrigins, List.of());
        rejects(
                "--cors_origin",
                "a.example",
                "https://a/",
                "https://",
                "null",
                "https://a,",
                "https://*.a",
                "https://a:");
    }

    @ParameterizedTest
    @CsvSource({
        "--port, 70000, 'a number from 0 to 65535'",
        "--cache_capacity, 0, 'a number from 1 to 2147483647'",
        "--watch_history, x, 'a number of at least 0'",
        "--max_value_bytes, 2g, 'a size from 1 to 1g, such as 512, 64k, 16m or 1g'",
        "--max_key_bytes, 0, 'a size from 1 to 65535, such as 512, 64k, 16m or 1g'",
        "--io_timeout, 1, 'a time from 10ms to 1d, such as 500ms, 30s, 15m, 2h or 1d'",
        "--shutdown_timeout, 2d, 'a time from 0s to 1d, such as 500ms, 30s, 15m, 2h or 1d'",
        "--allowed_hosts, a/b, 'host names without ports, separated by commas'",
        "--cors_origin, a, 'origins such as https://app.example.org, separated by commas, or *'",
        "--mode, 9, 'one of 0 or memory, 1 or persistent, 2 or cached, 3 or logged'",
        "--access_log, x, 'one of off, text, json'",
        "--durability, x, 'one of always, interval, never'"
    })
    void message_namesTheRange(String flag, String value, String range) {
        assertThatThrownBy(() -> with(flag, value)).hasMessage(flag + " must be " + range + ", not \"" + value + "\"");
    }

    @Test
    void message_isOneLineForAnyValue() {
        assertThatThrownBy(() -> with("--port", "1\n2\u001b[31m")).hasMessageEndingWith("not \"1?2?[31m\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--store_path", "--store-path", "-store_path", "-store-path"})
    void flag_acceptsAlternativeSpellings(String spelling) {
        assertThat(parse(Map.of(), "--mode", "1", spelling, "x").storePath()).isEqualTo(Path.of("x"));
        assertThat(parse(Map.of(), "--mode", "1", spelling + "=x").storePath()).isEqualTo(Path.of("x"));
    }

    @ParameterizedTest
    @EnumSource(Flag.class)
    void flag_isReadFromEverySpellingAndTheEnvironment(Flag flag) {
        String value = flag == Flag.STORE_PATH ? "folder" : flag.defaultValue();
        Map<String, String> flags = new HashMap<>(Map.of("--mode", "1", "--store_path", "data"));
        flags.put(flag.flag(), value);
        ServerConfig expected = ServerConfig.of(flags);
        Map<String, String> base = new HashMap<>(Map.of("KVSTORE_MODE", "1", "KVSTORE_STORE_PATH", "data"));
        for (String spelling : flag.spellings()) {
            assertThat(parse(base, spelling, value)).isEqualTo(expected);
        }
        base.put("KVSTORE_" + flag.name(), value);
        assertThat(parse(base)).isEqualTo(expected);
    }

    @Test
    void commandLine_overridesTheEnvironment() {
        Map<String, String> environment = Map.of("KVSTORE_PORT", "1", "KVSTORE_HOST", "::1");
        ServerConfig config = parse(environment, "--port", "2");
        assertThat(config.port()).isEqualTo(2);
        assertThat(config.host()).isEqualTo("::1");
    }

    @Test
    void message_namesTheEnvironmentVariable() {
        assertThatThrownBy(() -> parse(Map.of("KVSTORE_PORT", "x"))).hasMessageStartingWith("KVSTORE_PORT must be ");
    }

    @Test
    void help_showsEveryFlagWithItsDefault() {
        String help = CommandLineFlags.help();
        String unwrapped = help.replaceAll("\\s+", " ");
        for (Flag flag : Flag.values()) {
            assertThat(help).contains("  " + flag.flag() + " " + flag.label() + " ");
            assertThat(unwrapped)
                    .contains(flag.flag() + " " + flag.label() + " " + flag.description() + " (default: "
                            + flag.shownDefault() + ")");
        }
        assertThat(help.lines()).allMatch(line -> line.length() <= 110);
    }

    /** Kubernetes sets these in every pod if a service is named kvstore. */
    @ParameterizedTest
    @ValueSource(strings = {"tcp://10.96.0.17:8080", "udp://[fd00::17]:8080", "sctp://10.96.0.17:8080"})
    void addressOfAService_isIgnoredWithAWarning(String address) {
        Map<String, String> environment = Map.of(
                "KVSTORE_PORT",
                address,
                "KVSTORE_PORT_8080_TCP",
                address,
                "KVSTORE_PORT_8080_TCP_PORT",
                "8080",
                "KVSTORE_SERVICE_HOST",
                "10.96.0.17");
        assertThat(parse(environment).port()).isEqualTo(8080);
        assertThat(parse(environment, "--port", "9000").port()).isEqualTo(9000);
        assertThat(warnings(environment)).singleElement().asString().contains("KVSTORE_PORT is ignored", address);
        assertThat(warnings(environment, "--port", "9000")).isEmpty();
    }

    /** Ignoring them would, for example, turn authentication off. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PORT")
    void addressOfAService_isNotIgnoredInOtherVariables(Flag flag) {
        String address = "tcp://10.96.0.17:8080";
        assertThat(EnvironmentVariable.value(Map.of(flag.variable(), address), flag.variable()))
                .isEqualTo(address);
    }

    private static List<String> warnings(Map<String, String> environment, String... arguments) {
        CommandSpec command = CommandSpec.create();
        CommandLineFlags.addTo(command);
        return CommandLineFlags.warnings(new CommandLine(command).parseArgs(arguments), environment);
    }

    @ParameterizedTest
    @EnumSource
    void variableWithAControlCharacterOrQuotes_isRejected(Flag flag) {
        for (String value : List.of("data\r", "a\nb", "\"data\"", "'data'", "\u007f")) {
            assertThatThrownBy(() -> parse(Map.of(flag.variable(), value)))
                    .as(value)
                    .isInstanceOf(BadFlagException.class)
                    .hasMessageStartingWith(flag.variable() + " must be a value without ");
        }
    }

    @Test
    void host_takesAnIpv6AddressWithOrWithoutBrackets() {
        assertThat(parse(Map.of(), "--host", "[::1]").host()).isEqualTo("::1");
        assertThat(parse(Map.of(), "--host", "::1").host()).isEqualTo("::1");
        for (String host : List.of("[::1", "::1]", "[]", "a[b]")) {
            assertThatThrownBy(() -> parse(Map.of(), "--host", host))
                    .as(host)
                    .hasMessageStartingWith("--host must be an address or a host name");
        }
    }
}
