package io.kvstore.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The table of flags in the documents is generated from {@link Flag}. To write it again after a change, run this test with
 * {@code -Dkvstore.documents=write}: {@code ./mvnw surefire:test@default-test -Dtest=FlagTableTest
 * -DargLine=-Dkvstore.documents=write}.
 */
class FlagTableTest {

    private static final boolean WRITE = "write".equals(System.getProperty("kvstore.documents"));

    private static final String BEGIN = "<!-- flags -->\n";
    private static final String END = "<!-- /flags -->";

    /** The documents that may hold the table; exactly one of them does. */
    private static final List<Path> DOCUMENTS = List.of(Path.of("README.md"), Path.of("docs", "flags.md"));

    private static final Pattern ROW = Pattern.compile("\\| `(--[a-z_]+)` \\| (.*?) \\| .* \\|");

    private static String expectedTable() {
        StringBuilder table = new StringBuilder("| flag | default | meaning |\n|---|---|---|\n");
        for (Flag flag : Flag.values()) {
            table.append("| `" + flag.flag() + "` | " + flag.shownDefault() + " | "
                    + flag.description().replace("|", "\\|").replace("*", "\\*") + " |\n");
        }
        return table.toString();
    }

    private static Path document() throws IOException {
        Path found = null;
        for (Path document : DOCUMENTS) {
            if (Files.exists(document) && Files.readString(document).contains(BEGIN)) {
                assertThat(found).as("another document with a table of flags").isNull();
                found = document;
            }
        }
        assertThat(found).as("the document that contains " + BEGIN).isNotNull();
        return found;
    }

    private static String documentedTable() throws IOException {
        String text = Files.readString(document());
        return text.substring(text.indexOf(BEGIN) + BEGIN.length(), text.indexOf(END));
    }

    @BeforeAll
    static void write() throws IOException {
        if (WRITE) {
            String text = Files.readString(document());
            Files.writeString(
                    document(),
                    text.substring(0, text.indexOf(BEGIN) + BEGIN.length())
                            + expectedTable()
                            + text.substring(text.indexOf(END)));
        }
    }

    @Test
    void documentedTable_matchesTheFlags() throws IOException {
        assertThat(documentedTable())
                .as("the table in " + document() + "; expected:\n" + expectedTable())
                .isEqualTo(expectedTable());
    }

    @Test
    void documentedDefaults_areInEffect() throws IOException {
        Map<String, String> documented = new HashMap<>();
        Matcher rows = ROW.matcher(documentedTable());
        while (rows.find()) {
            documented.put(rows.group(1), rows.group(2).equals("none") ? "" : rows.group(2));
        }
        assertThat(documented).hasSize(Flag.values().length);
        assertThat(ServerConfig.of(Map.of())).isEqualTo(ServerConfig.of(documented));
    }
}
