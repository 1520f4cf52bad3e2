package io.kvstore.testing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.kvstore.testing.RawHttp.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/*
 * Every exchange of every HTTP test is checked here, including rejected requests. The response must be in the document: the
 * status of the operation, each header, the type and the schema of the body. If the request succeeded, it must be in the
 * document as well: each parameter with its schema, and the body.
 */
/** Checks exchanges against {@code openapi.json}. Safe for use by any number of threads. */
final class OpenApi {

    private static final OpenApi SERVED = new OpenApi();

    /** Headers that belong to HTTP itself and are not listed in the document. */
    private static final Set<String> OF_HTTP =
            Set.of("connection", "content-length", "content-type", "date", "keep-alive", "transfer-encoding");

    private static final String NDJSON = "application/x-ndjson";

    /** The number of lines that are checked in a long response. */
    private static final int LINES_MAX = 200;

    private static final int BYTES_MAX = 1 << 20;
    private static final int SHOWN_MAX = 2_000;

    private final JsonNode document;
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final ConcurrentMap<String, Schema> schemas = new ConcurrentHashMap<>();
    private final ObjectMapper json = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNameLength(BYTES_MAX).build())
            .build());

    private OpenApi() {
        try (InputStream in = OpenApi.class.getResourceAsStream("/io/kvstore/api/openapi.json")) {
            document = json.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Throws an {@link AssertionError} if an exchange does not match the document.
     *
     * @param headers the headers of the request, one line each
     * @param body the body of the request, or null if it is unknown
     */
    static void check(String method, String target, List<String> headers, byte[] body, Answer answer) {
        if (answer.header("X-Request-Id") == null) {
            return; // a response of the HTTP server itself to a malformed request
        }
        if (pathOf(target).startsWith("/console/")) {
            return; // files of the console page, which are not in the document
        }
        List<String> errors = new ArrayList<>();
        SERVED.check(method, pathOf(target), queryOf(target), headers, body, answer, errors);
        if (!errors.isEmpty()) {
            throw new AssertionError("exchange does not match openapi.json: " + method + " " + shown(target) + " "
                    + shown(headers.toString()) + "\n" + shown(String.join("\n", errors)) + "\n"
                    + shown(answer.toString()));
        }
    }

    /** Shortens a long text, which would fill the report. */
    private static String shown(String text) {
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "…";
    }

    private static String pathOf(String target) {
        int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
        int slash = scheme < 0 ? 0 : target.indexOf('/', scheme + 3);
        String rest = slash < 0 ? "/" : target.substring(slash);
        int mark = rest.indexOf('?');
        return mark < 0 ? rest : rest.substring(0, mark);
    }

    private static String queryOf(String target) {
        int mark = target.indexOf('?');
        return mark < 0 ? "" : target.substring(mark + 1);
    }

    private void check(
            String method,
            String path,
            String query,
            List<String> headers,
            byte[] body,
            Answer answer,
            List<String> errors) {
        String template = path.startsWith("/keys/") ? "/keys/{key}" : path;
        JsonNode item = document.get("paths").get(template);
        JsonNode operation = item == null ? null : item.get(method.toLowerCase(Locale.ROOT));
        if (operation == null || !method.equals(method.toUpperCase(Locale.ROOT))) {
            // Preflight requests are answered for every operation.
            if (answer.status() < 400 && !method.equals("OPTIONS")) {
                errors.add("there is no such operation, but the status is " + answer.status());
            }
            return;
        }
        String pointer = "#/paths/" + escaped(template) + "/" + method.toLowerCase(Locale.ROOT);
        checkResponse(operation, pointer, answer, errors);
        if (answer.status() < 400 && !method.equals("OPTIONS")) {
            checkParameters(operation, query, headers, errors);
            checkRequestBody(method, operation, pointer, headers, body, errors);
        }
    }

    private void checkResponse(JsonNode operation, String pointer, Answer answer, List<String> errors) {
        JsonNode listed = operation.get("responses").get(Integer.toString(answer.status()));
        if (listed == null) {
            errors.add("status " + answer.status() + " is not listed");
            return;
        }
        String at = pointer + "/responses/" + answer.status();
        if (listed.has("$ref")) {
            at = listed.get("$ref").textValue();
            listed = resolved(listed);
        }
        Map<String, JsonNode> known = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        listed.get("headers").properties().forEach(each -> known.put(each.getKey(), resolved(each.getValue())));
        answer.headers().forEach((name, values) -> {
            JsonNode header = known.get(name);
            if (header != null) {
                for (String value : values) {
                    validate(pointerOf("headers", name), json.valueToTree(value), "header " + name, errors);
                }
            } else if (!OF_HTTP.contains(name.toLowerCase(Locale.ROOT))) {
                errors.add("header " + name + " is not listed");
            }
        });
        known.forEach((name, header) -> {
            if (header.path("required").asBoolean() && answer.header(name) == null) {
                errors.add("header " + name + " is missing");
            }
        });
        if (answer.body().length > 0 && answer.complete() && answer.body().length <= BYTES_MAX) {
            checkBody(
                    listed,
                    at,
                    answer.header("Content-Type"),
                    answer.header("Content-Encoding"),
                    answer.body(),
                    errors);
        }
    }

    /** Returns the JSON pointer to the schema of a header or parameter. */
    private String pointerOf(String kind, String name) {
        Iterator<String> names = document.get("components").get(kind).fieldNames();
        while (names.hasNext()) {
            String each = names.next();
            if (each.equalsIgnoreCase(name)) {
                return "#/components/" + kind + "/" + escaped(each) + "/schema";
            }
        }
        throw new AssertionError("the document has no " + name + " in " + kind);
    }

    private void checkBody(
            JsonNode holder, String pointer, String type, String encoding, byte[] body, List<String> errors) {
        JsonNode content = holder.path("content");
        String mediaType = type == null ? "" : type.split(";", -1)[0].trim().toLowerCase(Locale.ROOT);
        String listed = content.has(mediaType) ? mediaType : "*/*";
        if (!content.has(listed)) {
            errors.add("a body of type " + type + " is not listed");
            return;
        }
        String schema = pointer + "/content/" + escaped(listed) + "/schema";
        if (encoding != null || listed.equals("*/*")) {
            return; // any content
        }
        String text = new String(body, StandardCharsets.UTF_8);
        try {
            if (mediaType.equals(NDJSON)) {
                for (String line : text.lines()
                        .filter(line -> !line.isEmpty())
                        .limit(LINES_MAX)
                        .toList()) {
                    validate(schema, json.readTree(line), line, errors);
                }
            } else if (mediaType.endsWith("json")) {
                validate(schema, json.readTree(body), "the body", errors);
            } else {
                validate(schema, json.valueToTree(text), "the body", errors);
            }
        } catch (IOException e) {
            errors.add("the body is not JSON: " + e.getMessage());
        }
    }

    private void checkParameters(JsonNode operation, String query, List<String> headers, List<String> errors) {
        Map<String, String> given = new TreeMap<>();
        for (String each : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            int equals = each.indexOf('=');
            given.put(decoded(each.substring(0, equals)), decoded(each.substring(equals + 1)));
        }
        Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String header : headers) {
            int colon = header.indexOf(':');
            fields.put(header.substring(0, colon), header.substring(colon + 1).trim());
        }
        Set<String> known = new HashSet<>();
        for (JsonNode reference : operation.path("parameters")) {
            JsonNode parameter = resolved(reference);
            String name = parameter.get("name").textValue();
            boolean inQuery = parameter.get("in").textValue().equals("query");
            String value = inQuery ? given.get(name) : fields.get(name);
            if (inQuery) {
                known.add(name);
            }
            if (value != null) {
                validate(pointerOf("parameters", name), json.valueToTree(value), "parameter " + name, errors);
            } else if (parameter.path("required").asBoolean()) {
                errors.add("parameter " + name + " is missing");
            }
        }
        given.keySet().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> errors.add("parameter " + name + " is not listed"));
    }

    private void checkRequestBody(
            String method, JsonNode operation, String pointer, List<String> headers, byte[] body, List<String> errors) {
        if (body == null || body.length == 0 || body.length > BYTES_MAX) {
            return;
        }
        String type = "";
        for (String header : headers) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-type:")) {
                type = header.substring(header.indexOf(':') + 1);
            }
        }
        if (!operation.has("requestBody")) {
            if (method.equals("POST") || method.equals("PUT")) {
                errors.add("a body is not listed");
            }
            return; // a body of another method has no meaning (RFC 9110, section 9.3)
        }
        checkBody(operation.get("requestBody"), pointer + "/requestBody", type, null, body, errors);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").textValue().substring(1)) : node;
    }

    private void validate(String pointer, JsonNode instance, String what, List<String> errors) {
        Schema schema = schemas.computeIfAbsent(pointer, this::schema);
        for (Error violation : schema.validate(instance)) {
            errors.add(what + ": " + violation.getInstanceLocation() + " " + violation.getMessage() + " (" + pointer
                    + ")");
        }
    }

    /** Returns the document as a JSON schema whose root refers to the schema at a pointer. */
    private Schema schema(String pointer) {
        if (document.at(pointer.substring(1)).isMissingNode()) {
            throw new AssertionError("the document has nothing at " + pointer);
        }
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.setAll((ObjectNode) document);
        schema.put("$ref", pointer);
        return registry.getSchema(schema);
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
