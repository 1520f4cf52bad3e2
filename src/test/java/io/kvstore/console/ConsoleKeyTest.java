package io.kvstore.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testing.RawHttp.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Tests the view of one key: showing, creating, changing and deleting it, without overwriting concurrent changes. */
class ConsoleKeyTest extends BrowserTest {

    /** An image of one pixel. */
    private static final byte[] PNG = Base64.getDecoder()
            .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private static final String JSON = "Content-Type: application/json";

    private void edit(String key, String value) {
        openKey(key);
        browser().click("#edit");
        browser().write("#edit-value", value);
    }

    private void save() {
        browser().click(".editor .primary");
    }

    private void awaitConflict() {
        browser().await("document.querySelector('#conflict-dialog').open");
    }

    // How a value is shown

    @Test
    void json_isFormattedWithoutChangingIt() {
        put("a", "{\"b\":[1,2.50,{}],\"b\":12345678901234567890,\"\\u0041\":\"x\\\"y: z\",\"n\":null,\"e\":[]}", JSON);
        openKey("a");
        assertThat(browser().text("pre.json")).isEqualTo("""
                        {
                          "b": [
                            1,
                            2.50,
                            {}
                          ],
                          "b": 12345678901234567890,
                          "\\u0041": "x\\"y: z",
                          "n": null,
                          "e": []
                        }""");
        assertThat(browser().count("pre.json .json-name")).isEqualTo(5);
        assertThat(browser().count("pre.json .json-number")).isEqualTo(3);
        browser().click(".choice label", "Text");
        assertThat(browser().text("pre.text")).startsWith("{\"b\":[1,2.50");
    }

    @Test
    void value_isShownByItsTypeAndContents() {
        open("#/keys");
        assertShownFirst("application/json", "{\"a\":", "Text");
        assertShownFirst("text/plain", "[1]", "JSON");
        assertShownFirst("text/plain", "hello", "Text");
        assertShownFirst("x/y", "", "Text");
    }

    private void assertShownFirst(String type, String value, String first) {
        String key = "a " + type + " of " + value.length() + " bytes";
        put(key, value, "Content-Type: " + type);
        goToKey(key);
        assertThat((String) browser().run("return document.querySelector('.choice input:checked + span').innerText"))
                .as("%s of type %s", value, type)
                .isEqualTo(first);
    }

    @Test
    void image_isShown() {
        put("a.png", PNG, "Content-Type: image/png");
        openKey("a.png");
        browser().await("document.querySelector('.value img').naturalWidth === 1");
        assertThat(browser().find(".value img").getDomAttribute("alt")).contains("a.png");
        browser().click(".choice label", "Hex");
        assertThat(browser().text("pre.hex")).startsWith("00000000  89 50 4e 47 0d 0a 1a 0a  00 00 00 0d");
    }

    @Test
    void bytes_areShownInHexadecimal() {
        put("a", new byte[] {0, (byte) 0xff, 'A', '<'});
        openKey("a");
        assertThat(browser().text("pre.hex"))
                .startsWith("00000000  00 ff 41 3c")
                .endsWith("..A<");
        assertThat(browser().count(".choice input")).isEqualTo(1);
    }

    @Test
    void longValue_isLoadedInPartAndDownloadedWhole() throws IOException {
        byte[] value = new byte[3 << 20];
        Arrays.fill(value, (byte) 'x');
        put("folder/long.bin", value);
        openKey("folder/long.bin");
        assertThat((Long) browser().run("return document.querySelector('pre.text').textContent.length"))
                .isEqualTo(256L << 10);
        assertThat(browser().text("#detail")).contains("the first 256 KiB of 3 MiB");
        browser().click("#detail .actions .button");
        Path file = folder.resolve("long.bin");
        while (!Files.exists(file) || Files.size(file) < value.length) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(value);
    }

    @Test
    void hostileValue_isShownAsText() {
        open("#/keys");
        assertText("text/html", "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>");
        assertText(
                "image/svg+xml",
                "<svg xmlns='http://www.w3.org/2000/svg' onload='window.hacked=1'><script>hacked=1</script></svg>");
        assertText("image/png;<script>", "<script>window.hacked=1</script>");
        assertText(
                "application/json", "{\"</script><script>window.hacked=1</script>\":\"<img src=x onerror=hacked=1>\"}");
        assertText("text/plain", "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>");
    }

    private void assertText(String type, String stored) {
        String key = "<img src=x onerror=window.hacked=1>" + type;
        put(key, stored, "Content-Type: " + type);
        goToKey(key);
        assertThat(browser().count(".choice input[value=picture]"))
                .as("only a bitmap type is shown as an image, and this one is at worst a broken image")
                .isEqualTo(type.startsWith("image/png") ? 1 : 0);
        browser().click(".choice label", "Text");
        assertThat((String) browser().run("return document.querySelector('pre.text').textContent"))
                .isEqualTo(stored);
        assertThat(browser().count(".value img, .value svg, .value script, .value iframe, #list img"))
                .isZero();
        browser().click("#edit");
        browser().await("document.querySelector('#edit-value').value === arguments[0]", stored);
        browser().click(".editor button", "Cancel");
        browser().click("#delete");
        browser().awaitText("#undos", "Deleted " + key);
    }

    // Keys

    private static final List<String> KEYS =
            List.of(".", "..", "a/../b", "%2e%2e", "// a b+c?d#e&f=g;\\/", "\u00e4\ud83d\ude00\n'\"<>`{}|^%");

    @Test
    void anyKey_isReadChangedAndDeleted() {
        put("other", "untouched");
        KEYS.forEach(key -> assertThat(http().put(path(key), "before").status()).isEqualTo(201));
        open("#/keys");
        for (String key : KEYS) {
            assertReadChangedAndDeleted(key);
        }
        assertThat(http().get("/keys/other").text()).isEqualTo("untouched");
        assertThat(http().request("HEAD", "/keys").header("KV-Count")).isEqualTo(String.valueOf(KEYS.size() + 1));
    }

    /** Returns the path of a key. Unlike a browser, the test client can send the segments . and .. unchanged. */
    private static String path(String key) {
        return "/keys/" + (key.equals(".") || key.equals("..") ? key : encoded(key));
    }

    private void assertReadChangedAndDeleted(String key) {
        String row = "[...document.querySelectorAll('.row')].find((row) => row.textContent === arguments[0])";
        browser().await(row, key);
        browser().run(row + ".click()", key);
        browser().awaitText("pre.text", "before");
        assertThat((String) browser().run("return document.querySelector('#detail-title').textContent"))
                .isEqualTo(key);
        browser().click("#edit");
        browser().write("#edit-value", "after");
        save();
        browser().awaitText("pre.text", "after");
        assertThat(http().get(path(key)).text()).as(key).isEqualTo("after");
        browser().run("document.querySelector('.expiry').open = true");
        browser().write("#ttl", "1h");
        browser().click("#set-ttl");
        browser().await("document.querySelector('#expires-in') !== null");
        assertThat(http().get(path(key)).header("KV-TTL")).as(key).isNotNull();
        browser().click("#delete");
        browser().awaitText("#undos", "Deleted");
        assertThat(http().get(path(key)).status()).as(key).isEqualTo(404);
        browser().click(".undo-button");
        browser()
                .await(
                        "document.querySelector('#message-text').textContent.startsWith(arguments[0])",
                        "Restored " + key);
        assertThat(http().get(path(key)).text()).as(key).isEqualTo("after");
    }

    // Creating

    @Test
    void newKey_hasTheValuesOfTheForm() {
        open("#/new");
        browser().write("#edit-key", "config/new");
        browser().write("#edit-value", "{\"a\": 1}");
        browser().write("#edit-type", "application/json");
        browser().write("#edit-ttl", "2h");
        save();
        browser().awaitText("#detail-title", "config/new");
        Answer stored = get("config/new");
        assertThat(stored.text()).isEqualTo("{\"a\": 1}");
        assertThat(stored.header("Content-Type")).isEqualTo("application/json");
        assertThat(Integer.parseInt(stored.header("KV-TTL"))).isBetween(7_100, 7_200);
        browser().awaitText("#count", "1 key");
        browser().await("document.querySelector('.row').textContent === 'config/new'");
    }

    @Test
    void newKey_thatAlreadyExistsOverwritesNothing() {
        put("taken", "theirs");
        open("#/new");
        browser().write("#edit-key", "taken");
        browser().write("#edit-value", "mine");
        save();
        awaitConflict();
        assertThat(browser().text("#conflict-mine")).isEqualTo("mine");
        assertThat(browser().text("#conflict-theirs")).isEqualTo("theirs");
        assertThat(get("taken").text()).isEqualTo("theirs");
        browser().click("#conflict-edit");
        save();
        awaitConflict();
        browser().click("#conflict-write");
        awaitStored("taken", "mine");
    }

    @Test
    void file_becomesTheValueByteByByte() throws IOException {
        byte[] bytes = {0, 13, 10, (byte) 0xff, 13};
        Path file = Files.write(folder.resolve("upload.bin"), bytes);
        open("#/new");
        browser().write("#edit-key", "uploaded");
        browser().find("#edit-file").sendKeys(file.toString());
        save();
        browser().awaitText("#detail-title", "uploaded");
        assertThat(get("uploaded").body()).isEqualTo(bytes);
        browser().click("#edit");
        assertThat(browser().isShown("#edit-value")).isFalse();
        save();
        browser().awaitText("#message-text", "Choose a file");
        assertThat(get("uploaded").body()).isEqualTo(bytes);
    }

    @Test
    void refusal_isShownAndInputIsKept() {
        open("#/new");
        browser().write("#edit-key", "a");
        browser().write("#edit-value", "typed");
        browser().write("#edit-ttl", "soon");
        save();
        browser().awaitText("#message-text", "KV-TTL must be a number of seconds");
        assertThat(browser().find("#edit-value").getDomProperty("value")).isEqualTo("typed");
        assertThat(get("a").status()).isEqualTo(404);
    }

    // Changing

    @Test
    void edit_keepsTypeExpiryAndLineEndings() {
        put("a", "one\r\ntwo", "Content-Type: text/x-note", "KV-TTL: 1h");
        openKey("a");
        browser().click("#edit");
        browser().await("document.querySelector('#edit-value').value === 'one\\ntwo'");
        browser().find("#edit-value").sendKeys("\nthree");
        save();
        awaitStored("a", "one\r\ntwo\r\nthree");
        assertThat(get("a").header("Content-Type")).isEqualTo("text/x-note");
        assertThat(get("a").header("KV-TTL")).isNotNull();
    }

    @Test
    void edit_neverOverwritesAnUnseenVersion() {
        put("a", "first");
        edit("a", "mine");
        put("a", "second");
        save();
        awaitConflict();
        assertThat(browser().text("#conflict-mine")).isEqualTo("mine");
        assertThat(browser().text("#conflict-theirs")).isEqualTo("second");
        assertThat(get("a").text()).isEqualTo("second");
        put("a", "third"); // while the dialog shows the second
        browser().click("#conflict-write");
        browser().awaitText("#conflict-theirs", "third");
        awaitConflict();
        assertThat(get("a").text()).isEqualTo("third");
        browser().click("#conflict-write");
        awaitStored("a", "mine");
    }

    @Test
    void conflict_canKeepTheStoredVersion() {
        put("a", "first");
        edit("a", "mine");
        put("a", "theirs");
        save();
        awaitConflict();
        browser().click("#conflict-leave");
        browser().awaitText("pre.text", "theirs");
        assertThat(get("a").text()).isEqualTo("theirs");
    }

    @Test
    void conflict_canBeMergedByEditing() {
        put("a", "first");
        edit("a", "mine");
        put("a", "theirs");
        save();
        awaitConflict();
        browser().click("#conflict-edit");
        browser().write("#edit-value", "theirs and mine");
        save();
        awaitStored("a", "theirs and mine");
    }

    @Test
    void conflict_withADeletionIsReportedAsDeletion() {
        put("a", "first");
        edit("a", "mine");
        http().request("DELETE", "/keys/a");
        save();
        awaitConflict();
        assertThat(browser().text("#conflict-what")).contains("deleted");
        assertThat(get("a").status()).isEqualTo(404);
        browser().click("#conflict-write");
        awaitStored("a", "mine");
    }

    @Test
    void unsavedInput_isNotLeftWithoutConfirmation() {
        put("a", "first");
        edit("a", "typed");
        browser().find("nav a[data-view=live]").click();
        browser().answer(false);
        assertThat(browser().find("#edit-value").getDomProperty("value")).isEqualTo("typed");
        browser().find("nav a[data-view=live]").click();
        browser().answer(true);
        browser().await("document.querySelector('#live-view').checkVisibility()");
        assertThat(get("a").text()).isEqualTo("first");
    }

    // Deleting

    @Test
    void deletion_isUndoneWithTypeAndExpiry() {
        put("a", "{}", JSON, "KV-TTL: 1h");
        openKey("a");
        browser().click("#delete");
        browser().awaitText("#undos", "Deleted a");
        browser().awaitText("#count", "0 keys");
        assertThat(get("a").status()).isEqualTo(404);
        browser().click(".undo-button");
        browser().awaitText("#message-text", "Restored a, which expires in");
        assertThat(get("a").text()).isEqualTo("{}");
        assertThat(get("a").header("Content-Type")).isEqualTo("application/json");
        assertThat(Integer.parseInt(get("a").header("KV-TTL"))).isBetween(3_500, 3_600);
        browser().awaitText("#count", "1 key");
    }

    @Test
    void deletion_ofALongValueIsUndoneWhole() {
        byte[] value = new byte[1 << 20];
        Arrays.fill(value, (byte) 0x80);
        put("a", value);
        openKey("a");
        browser().click("#delete");
        browser().click(".undo-button");
        browser().awaitText("#message-text", "Restored a");
        assertThat(get("a").body()).isEqualTo(value);
    }

    @Test
    void undo_overwritesNoOtherChange() {
        put("a", "mine");
        openKey("a");
        browser().click("#delete");
        browser().awaitText("#undos", "Deleted a");
        put("a", "theirs");
        browser().click(".undo-button");
        browser().awaitText("#message-text", "it was created again meanwhile");
        assertThat(get("a").text()).isEqualTo("theirs");
    }

    @Test
    void deletion_ofAChangedKeyDeletesNothing() {
        put("a", "first");
        openKey("a");
        put("a", "second");
        browser().click("#delete");
        browser().awaitText("#message-text", "it was not deleted");
        browser().awaitText("pre.text", "second");
        assertThat(get("a").text()).isEqualTo("second");
    }

    // Expiry

    @Test
    void expiry_isSetAndRemoved() {
        put("a", "x");
        openKey("a");
        browser().click(".expiry summary");
        browser().write("#ttl", "15m");
        browser().click("#set-ttl");
        browser().awaitText("#expires-in", "min");
        assertThat(get("a").header("KV-TTL")).isNotNull();
        browser().click(".expiry summary");
        browser().click("#persist");
        browser().await("document.querySelector('#expires-in') === null");
        assertThat(get("a").header("KV-TTL")).isNull();
    }

    @Test
    void missingKey_isReported() {
        open("#/key/none");
        browser().awaitText("#detail", "There is no such key");
    }
}
