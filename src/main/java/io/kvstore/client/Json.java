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

/** How the client reads and writes JSON. */
final class Json {

    /* A value may be as long as the server lets it be, in base64 a third longer. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    // To guess the encoding it would wait for bytes when a parser is made; it is UTF-8.
                    .disable(JsonFactory.Feature.CHARSET_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .build();

    private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};

    private Json() {}

    /** @throws JsonProcessingException when it is none */
    static JsonNode tree(byte[] bytes) throws IOException {
        return MAPPER.readTree(bytes);
    }

    /**
     * The tree of an answer.
     *
     * @throws UnreadableAnswerException when it is none
     */
    static JsonNode tree(Transport.Reply<byte[]> reply) {
        try {
            return tree(reply.response().body());
        } catch (IOException e) {
            throw new UnreadableAnswerException(
                    "the answer is no JSON: is that a KVStore server?",
                    reply.call().changes(),
                    e);
        }
    }

    /** The members of an object, numbers without a fraction as {@link Long}. */
    static Map<String, Object> members(JsonNode object) {
        return MAPPER.convertValue(object, MEMBERS);
    }

    /** Reads values one after the other; closes the stream with itself. */
    static JsonParser parser(InputStream in) throws IOException {
        return MAPPER.createParser(in);
    }

    /** The next value, or null at the end. */
    static @Nullable JsonNode next(JsonParser parser) throws IOException {
        return parser.nextToken() == null ? null : MAPPER.readTree(parser);
    }

    static JsonGenerator generator(OutputStream out) throws IOException {
        return MAPPER.createGenerator(out);
    }
}
