package io.kvstore.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * JSON from a client, parsed token by token while it arrives. Takes memory for one string at a time, up to the limit of the
 * parser. Not thread-safe.
 *
 * <p>Each error is a {@link Problem} that names the line and the column, counted in bytes; its status is 400, unless stated
 * otherwise. The methods that return a value take its name, such as {@code ops[3].ttl}, for the error message.
 */
public final class JsonInput {

    private static final int MESSAGE_CHARS_MAX = 300;

    private final JsonParser parser;
    private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();

    /** @param factory a result of {@link Json#parsers} */
    public JsonInput(JsonFactory factory, InputStream in) throws IOException {
        this.parser = factory.createParser(new Utf8Stream(in));
    }

    /** Advances to the next token and returns it, or null at the end of the input. */
    public @Nullable JsonToken next() throws IOException {
        try {
            return parser.nextToken();
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (CharacterCodingException e) {
            throw notUtf8();
        }
    }

    /** Advances to the value of the next field of the current object and returns the name, or null at the end of the object. */
    public @Nullable String nextField() throws IOException {
        if (next() == JsonToken.END_OBJECT) {
            return null;
        }
        String name = parser.currentName();
        next();
        return name;
    }

    /** @throws Problem unless the current token begins an object */
    public void requireObject(String name) {
        requireToken(JsonToken.START_OBJECT, name, "an object");
    }

    /** @throws Problem unless the current token begins an array */
    public void requireArray(String name) {
        requireToken(JsonToken.START_ARRAY, name, "an array");
    }

    /** Returns whether the current token is of this kind. */
    public boolean is(JsonToken token) {
        return parser.currentToken() == token;
    }

    /** Returns the current string. */
    public String text(String name) throws IOException {
        requireToken(JsonToken.VALUE_STRING, name, "a string");
        try {
            return parser.getText();
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (CharacterCodingException e) {
            throw notUtf8();
        }
    }

    /** Returns the current boolean. */
    public boolean flag(String name) {
        if (!is(JsonToken.VALUE_TRUE) && !is(JsonToken.VALUE_FALSE)) {
            throw wrongType(name, "true or false");
        }
        return is(JsonToken.VALUE_TRUE);
    }

    /** Returns the current integer. */
    public long number(String name) throws IOException {
        OptionalLong number = is(JsonToken.VALUE_NUMBER_INT) ? DecimalLong.parse(digits(name)) : OptionalLong.empty();
        if (number.isEmpty()) {
            throw wrongType(name, "a 64-bit integer");
        }
        return number.getAsLong();
    }

    /** Returns the digits of the current integer, after a minus sign if it is negative. */
    public String digits(String name) throws IOException {
        requireToken(JsonToken.VALUE_NUMBER_INT, name, "an integer");
        return parser.getText();
    }

    /**
     * Returns the bytes that the current string represents in base64, RFC 4648 section 4, with padding.
     *
     * @throws Problem 400 if the string is not base64; 413 if it represents more than {@code bytesMax} bytes
     */
    public byte[] base64(String name, int bytesMax) throws IOException {
        byte[] text = utf8Unbounded(name, 413, bytesMax);
        byte[] bytes = decoded(text);
        if (bytes == null) {
            throw problem(name + " must be base64 with padding");
        }
        if (bytes.length > bytesMax) {
            throw tooLong(name, 413, bytesMax, "this one has " + bytes.length);
        }
        return bytes;
    }

    /** Decodes strictly: the decoder of the parser ignores white space and control characters. */
    private static byte @Nullable [] decoded(byte[] base64) {
        try {
            return base64.length % 4 == 0 ? Base64.getDecoder().decode(base64) : null;
        } catch (IllegalArgumentException e) {
            return null; // the caller reports it
        }
    }

    /** Returns the current string, which is a media type. */
    public String mediaType(String name) throws IOException {
        String type = text(name);
        String error = type.isBlank() ? "must not be empty: omit it instead" : MediaType.error(type);
        if (error != null) {
            throw problem(name + " " + error);
        }
        return type;
    }

    /**
     * Returns the current string as UTF-8.
     *
     * @throws Problem {@code statusTooLong} if there are more than {@code bytesMax} bytes
     */
    public byte[] utf8(String name, int statusTooLong, int bytesMax) throws IOException {
        byte[] bytes = utf8Unbounded(name, statusTooLong, bytesMax);
        if (bytes.length > bytesMax) {
            throw tooLong(name, statusTooLong, bytesMax, "this one has " + bytes.length);
        }
        return bytes;
    }

    /** Returns the current string as UTF-8; only the parser limits its length. */
    private byte[] utf8Unbounded(String name, int statusTooLong, int bytesMax) throws IOException {
        requireToken(JsonToken.VALUE_STRING, name, "a string");
        byte[] bytes;
        try {
            bytes = encode(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
        } catch (StreamConstraintsException e) {
            throw tooLong(name, statusTooLong, bytesMax, "this one is longer");
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (CharacterCodingException e) {
            throw notUtf8();
        }
        if (bytes == null) {
            throw problem(name + " has an unpaired surrogate, which is not a character");
        }
        return bytes;
    }

    /** Returns the characters as UTF-8, or null if a surrogate is unpaired. */
    private byte @Nullable [] encode(char[] chars, int from, int length) {
        byte[] ascii = new byte[length];
        int count = 0;
        while (count < length && chars[from + count] < 0x80) {
            ascii[count] = (byte) chars[from + count];
            count++;
        }
        if (count == length) {
            return ascii;
        }
        try {
            ByteBuffer encoded = encoder.encode(CharBuffer.wrap(chars, from, length));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private Problem tooLong(String name, int status, int bytesMax, String reason) {
        return new Problem(
                status,
                position(parser.currentTokenLocation()) + ": " + name + " has at most " + bytesMax + " bytes; "
                        + reason);
    }

    private void requireToken(JsonToken token, String name, String kind) {
        if (!is(token)) {
            throw wrongType(name, kind);
        }
    }

    /** Returns the problem to throw if the current token is of another type than the expected one. */
    public Problem wrongType(String name, String kind) {
        JsonToken token = parser.currentToken();
        String given = token == null
                ? "nothing"
                : switch (token) {
                    case START_OBJECT -> "an object";
                    case START_ARRAY -> "an array";
                    case VALUE_STRING -> "a string";
                    case VALUE_NUMBER_INT -> "a number";
                    case VALUE_NUMBER_FLOAT -> "a number with a fraction or an exponent";
                    case VALUE_TRUE -> "true";
                    case VALUE_FALSE -> "false";
                    case VALUE_NULL -> "null";
                    case END_OBJECT, END_ARRAY, FIELD_NAME -> "the end of an object or array";
                    case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                        throw new IllegalStateException("the parser of JSON text returned " + token);
                };
        return problem(name + " must be " + kind + ", not " + given);
    }

    /** Returns a problem with status 400 and the position of the current token. */
    public Problem problem(String detail) {
        return Problem.badRequest(position(parser.currentTokenLocation()) + ": " + detail);
    }

    private Problem notUtf8() {
        return Problem.badRequest(position(parser.currentLocation()) + ": the bytes are not valid UTF-8");
    }

    private Problem malformed(JsonProcessingException e) {
        JsonLocation location = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
        return Problem.badRequest(position(location) + ": " + message(e));
    }

    private static String message(JsonProcessingException e) {
        if (e instanceof JsonEOFException) {
            return "the JSON is incomplete";
        }
        if (e instanceof StreamConstraintsException) {
            return "a string, name or number is too long, or the nesting is too deep";
        }
        String message = e.getOriginalMessage();
        int source = message.indexOf("[Source"); // names classes of the parser
        return "not JSON: "
                + Quoting.printable(message, source < 0 ? MESSAGE_CHARS_MAX : message.lastIndexOf('(', source));
    }

    private static String position(JsonLocation location) {
        return "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
