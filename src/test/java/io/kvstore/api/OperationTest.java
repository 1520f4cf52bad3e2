package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.api.OperationFields.Field;
import io.kvstore.client.Batch;
import io.kvstore.client.KeyValueClient;
import io.kvstore.keyspace.Command;
import io.kvstore.testing.TestJson;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks what the compiler cannot: that every operation is documented and offered by the client. */
class OperationTest {

    private static final Pattern CODE = Pattern.compile("`([^`]*)`");

    private static JsonNode openApi() throws IOException {
        try (InputStream in = Operation.class.getResourceAsStream("openapi.json")) {
            return TestJson.parse(in.readAllBytes()).path("components");
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.textValue()));
        return texts;
    }

    private static List<String> labels(List<Operation> operations) {
        return operations.stream().map(Operation::label).toList();
    }

    @Test
    void openApi_listsEveryOperation() throws IOException {
        List<String> all = labels(Operation.all());
        JsonNode schemas = openApi().path("schemas");
        assertThat(texts(schemas.at("/Operation/properties/op/enum"))).containsExactlyInAnyOrderElementsOf(all);
        assertThat(texts(schemas.at("/Failure/properties/op/enum"))).containsExactlyInAnyOrderElementsOf(all);
        assertThat(texts(openApi().at("/parameters/op/schema/enum")))
                .containsExactlyInAnyOrderElementsOf(labels(Operation.ofMethod("POST")));
    }

    @Test
    void openApi_listsEveryField() throws IOException {
        List<String> fields = new ArrayList<>(List.of("op", "key"));
        Arrays.stream(Field.values()).map(Field::label).forEach(fields::add);
        List<String> documented = new ArrayList<>();
        openApi().at("/schemas/Operation/properties").fieldNames().forEachRemaining(documented::add);
        assertThat(documented).containsExactlyInAnyOrderElementsOf(fields);
    }

    /** Compares the table of operations; the sentence below it covers the conditions of all operations that change a key. */
    @ParameterizedTest
    @EnumSource
    void apiDocument_listsTheFieldsOfEveryOperation(Command.Kind kind) throws IOException {
        Operation operation = Operation.of(kind);
        String row = Files.readAllLines(Path.of("docs/api.md")).stream()
                .filter(line -> codes(firstCell(line)).contains(operation.label()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("docs/api.md has no row for " + operation.label()));
        List<String> fields = Stream.concat(operation.exactlyOne().stream(), operation.optional().stream())
                .filter(field -> kind.isReadOnly() || (field != Field.IF_MATCH && field != Field.IF_NONE_MATCH))
                .map(Field::label)
                .toList();
        assertThat(codes(row.substring(firstCell(row).length()))).as(row).containsExactlyInAnyOrderElementsOf(fields);
    }

    @ParameterizedTest
    @EnumSource
    void apiDocument_showsTheRequestOfEveryOperation(Command.Kind kind) throws IOException {
        Operation operation = Operation.of(kind);
        String method = operation.method();
        if (method != null) {
            assertThat(Files.readString(Path.of("docs/api.md")))
                    .contains(method.equals("POST") ? "?op=" + operation.label() : "`" + method + " /keys/{key}`");
        }
    }

    private static String firstCell(String line) {
        int end = line.startsWith("| `") ? line.indexOf('|', 1) : -1;
        return end < 0 ? "" : line.substring(0, end);
    }

    private static List<String> codes(String text) {
        List<String> codes = new ArrayList<>();
        for (Matcher matcher = CODE.matcher(text); matcher.find(); ) {
            codes.add(matcher.group(1));
        }
        return codes;
    }

    @ParameterizedTest
    @EnumSource
    void client_hasAMethodForEveryOperation(Command.Kind kind) {
        Operation operation = Operation.of(kind);
        assertThat(Arrays.stream(Batch.class.getMethods()).map(Method::getName)).contains(operation.label());
        if (operation.method() != null) {
            assertThat(Arrays.stream(KeyValueClient.class.getMethods()).map(Method::getName))
                    .contains(operation.label());
        }
    }
}
