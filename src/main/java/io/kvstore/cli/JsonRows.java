package io.kvstore.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object per line, with the columns as names. A null cell is omitted. Bytes that are not UTF-8 text
 * are written in base64 under the name {@code base64}.
 */
final class JsonRows extends Rows {

    /** JSON allows DEL and the C1 control characters unescaped, but a terminal interprets them. */
    private static final class Controls extends CharacterEscapes {
        private static final long serialVersionUID = 1L;
        private static final char DELETE = 0x7f;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes[DELETE] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            return Character.isISOControl(c) ? new SerializedString(Rows.escapeControls(Character.toString(c))) : null;
        }
    }

    private final Output out;
    private final String[] columns;
    private final JsonGenerator json;

    JsonRows(Output out, String[] columns) {
        this.out = out;
        this.columns = columns;
        try {
            this.json = new JsonFactory()
                    .createGenerator(out)
                    .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM)
                    .enable(JsonGenerator.Feature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                    .setRootValueSeparator(null)
                    .setCharacterEscapes(new Controls());
        } catch (IOException e) {
            throw new AssertionError("creating a generator writes nothing", e);
        }
    }

    @Override
    void row(@Nullable Object... cells) throws IOException {
        json.writeStartObject();
        for (int i = 0; i < cells.length; i++) {
            write(columns[i], cells[i]);
        }
        json.writeEndObject();
        json.flush();
        out.write('\n');
    }

    private void write(String name, @Nullable Object cell) throws IOException {
        if (cell instanceof byte[] bytes) {
            String text = text(bytes);
            if (text == null) {
                json.writeFieldName("base64");
                json.writeBinary(bytes);
            } else {
                json.writeStringField(name, text);
            }
        } else if (cell instanceof Long number) {
            json.writeNumberField(name, number);
        } else if (cell instanceof Double number) {
            json.writeNumberField(name, number);
        } else if (cell instanceof Boolean bool) {
            json.writeBooleanField(name, bool);
        } else if (cell != null) {
            json.writeStringField(name, cell.toString());
        }
    }

    @Override
    void flush() throws IOException {
        out.flush();
    }
}
