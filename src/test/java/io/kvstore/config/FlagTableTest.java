package io.kvstore.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The table of flags in docs/flags.md is generated from {@link Flag}. To write it again after a change, run this test with
 * {@code -Dkvstore.documents=write}: {@code ./mvnw surefire:test@default-test -Dtest=FlagTableTest
 * -DargLine=-Dkvstore.documents=write}.
 */
class FlagTableTest {

    private static final boolean WRITE = "write".equals(System.getProperty("kvstore.documents"));

    private static final String BEGIN = "<!-- flags -->\n";
    private static final String END = "<!-- /flags -->";

    private static final Path DOCUMENT = Path.of("docs", "flags.md");

    private static final Pattern ROW = Pattern.compile("\\| `(--[a-z_]+)` \\| (.*?) \\| .* \\|");

    private static String expectedTable() {
        StringBuilder table = new StringBuilder("| flag | default | meaning |\n|---|---|---|\n");
        for (Flag flag : Flag.values()) {
            table.append("| `" + flag.flag() + "` | " + flag.shownDefault() + " | "
                    + flag.description().replace("|", "\\|").replace("*", "\\*") + " |\n");
        }
        return table.toString();
    }

    private static String documentedTable() throws IOException {
        String text = Files.readString(DOCUMENT);
        return text.substring(text.indexOf(BEGIN) + BEGIN.length(), text.indexOf(END));
    }

    @BeforeAll
    static void write() throws IOException {
        if (WRITE) {
            String text = Files.readString(DOCUMENT);
            Files.writeString(
                    DOCUMENT,
                    text.substring(0, text.indexOf(BEGIN) + BEGIN.length())
                            + expectedTable()
                            + text.substring(text.indexOf(END)));
        }
    }

    @Test
    void documentedTable_matchesTheFlags() throws IOException {
        assertThat(documentedTable())
                .as("the table in " + DOCUMENT + "; expected:\n" + expectedTable())
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
