package io.kvstore.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes the client's JSON. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            // The server limits the length of a value; base64 makes it a third longer.
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    // The input is UTF-8. Detection would block for the first bytes as soon as a parser is created.
                    .disable(JsonFactory.Feature.CHARSET_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .build();

    private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};

    private Json() {}

    /** @throws JsonProcessingException if the bytes are not JSON */
    static JsonNode tree(byte[] bytes) throws IOException {
        return MAPPER.readTree(bytes);
    }

    /**
     * Parses the body of a response.
     *
     * @throws ClientException.UnreadableResponse if it is not JSON
     */
    static JsonNode tree(Transport.Reply<byte[]> reply) {
        try {
            return tree(reply.response().body());
        } catch (IOException e) {
            throw new ClientException.UnreadableResponse(
                    "the response is not JSON; check that the address is that of a KVStore server",
                    reply.request().writes(),
                    e);
        }
    }

    /** @throws ClientException.UnreadableResponse if the field is not a string */
    static String text(JsonNode json, String field) {
        if (!json.path(field).isTextual()) {
            throw invalidField(field, null);
        }
        return json.path(field).textValue();
    }

    /** @throws ClientException.UnreadableResponse if the field is not an integer */
    static long number(JsonNode json, String field) {
        if (!json.path(field).isIntegralNumber()) {
            throw invalidField(field, null);
        }
        return json.path(field).longValue();
    }

    static ClientException.UnreadableResponse invalidField(String field, @Nullable Exception cause) {
        return new ClientException.UnreadableResponse(
                "the response has no valid field " + field + "; check that the address is that of a KVStore server",
                false,
                cause);
    }

    /** Returns the members of an object; a number without a fraction is a {@link Long}. */
    static Map<String, Object> members(JsonNode object) {
        return MAPPER.convertValue(object, MEMBERS);
    }

    /** Returns a parser for a sequence of values; closing it closes the stream. */
    static JsonParser parser(InputStream in) throws IOException {
        return MAPPER.createParser(in);
    }

    /** Returns the next value, or null at the end of the input. */
    static @Nullable JsonNode next(JsonParser parser) throws IOException {
        return parser.nextToken() == null ? null : MAPPER.readTree(parser);
    }

    static JsonGenerator generator(OutputStream out) throws IOException {
        return MAPPER.createGenerator(out);
    }
}
