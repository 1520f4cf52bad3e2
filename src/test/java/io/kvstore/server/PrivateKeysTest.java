package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Key files in every supported format, and in unsupported ones. */
class PrivateKeysTest {

    private static List<Pem.Block> blocks(String file) throws IOException, BadPemException {
        return Pem.read(Files.readString(TlsFixtures.file(file)));
    }

    private static PrivateKey key(String file) throws IOException, BadPemException {
        return PrivateKeys.read(blocks(file));
    }

    private static void assertInvalid(String pem, String reason) {
        assertThatThrownBy(() -> PrivateKeys.read(Pem.read(pem)))
                .isInstanceOf(BadPemException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void rsa_isTheSameKeyInBothFormats() throws Exception {
        assertThat(key("rsa.pkcs8.key").getAlgorithm()).isEqualTo("RSA");
        assertThat(key("rsa.pkcs1.key")).isEqualTo(key("rsa.pkcs8.key"));
    }

    @Test
    void ec_isTheSameKeyInBothFormats() throws Exception {
        ECPrivateKey pkcs8 = (ECPrivateKey) key("ec.pkcs8.key");
        ECPrivateKey sec1 = (ECPrivateKey) key("ec.sec1.key");
        assertThat(sec1.getS()).isEqualTo(pkcs8.getS());
        assertThat(sec1.getParams()).isEqualTo(pkcs8.getParams());
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.encrypted.key, is encrypted",
        "rsa.encrypted.pkcs1.key, is encrypted",
        "ed25519.key, neither RSA nor EC",
        "root.pem, has no private key"
    })
    void file_withoutASupportedKeyIsRejected(String file, String why) {
        assertThatThrownBy(() -> key(file)).isInstanceOf(BadPemException.class).hasMessageContaining(why);
    }

    @Test
    void file_withTwoKeysIsRejected() throws Exception {
        Pem.Block key = blocks("rsa.pkcs8.key").get(0);
        assertThatThrownBy(() -> PrivateKeys.read(List.of(key, key))).hasMessage("has more than one private key");
    }

    @Test
    void file_withAnUnsupportedKindOfKeyIsRejected() {
        assertInvalid(
                "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n",
                "unsupported kind: DSA PRIVATE KEY");
    }

    @Test
    void pem_truncatedOrNotBase64IsRejected() {
        assertInvalid("-----BEGIN PRIVATE KEY-----\nAAAA\n", "without an END line");
        assertInvalid("-----BEGIN PRIVATE KEY-----\nAA!A\n-----END PRIVATE KEY-----\n", "not valid base64");
        assertInvalid(
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END CERTIFICATE-----\n-----END PRIVATE KEY-----\n",
                "not valid base64");
        assertInvalid("", "has no private key");
    }

    @Test
    void pem_isReadWithAnyLineEndsAndSurroundingText() throws Exception {
        String pem = Files.readString(TlsFixtures.file("rsa.pkcs1.key"));
        String surrounded = "words\r\n" + pem.replace("\n", "  \r\n") + "more words\r\n";
        assertThat(PrivateKeys.read(Pem.read(surrounded))).isEqualTo(key("rsa.pkcs8.key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa.pkcs8.key", "rsa.pkcs1.key", "ec.pkcs8.key", "ec.sec1.key"})
    void key_truncatedIsRejected(String file) throws Exception {
        Pem.Block whole = blocks(file).stream()
                .filter(block -> block.label().endsWith("PRIVATE KEY"))
                .findFirst()
                .orElseThrow();
        for (int length = 0; length < whole.bytes().length; length++) {
            Pem.Block cut = new Pem.Block(whole.label(), Arrays.copyOf(whole.bytes(), length));
            assertThatThrownBy(() -> PrivateKeys.read(List.of(cut)))
                    .as("the first " + length + " bytes")
                    .isInstanceOf(BadPemException.class);
        }
    }

    @Test
    void ec_keyWithoutACurveIsRejected() {
        // a version and 4 bytes of key, without the curve
        assertInvalid(
                "-----BEGIN EC PRIVATE KEY-----\nMAkCAQEEBAECAwQ=\n-----END EC PRIVATE KEY-----\n", "name its curve");
    }
}
