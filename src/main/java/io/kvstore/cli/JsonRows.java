package io.kvstore.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An object a line, with the columns as names; what is null is left out. Bytes that are no text are named {@code base64}. */
final class JsonRows extends Rows {

    /** JSON lets DEL and those above it stand as they are; a terminal obeys them. */
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
            return Character.isISOControl(c) ? new SerializedString(Rows.withoutControls(Character.toString(c))) : null;
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
            throw new AssertionError("nothing is written yet", e);
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
        } else if (cell instanceof Boolean truth) {
            json.writeBooleanField(name, truth);
        } else if (cell != null) {
            json.writeStringField(name, cell.toString());
        }
    }

    @Override
    void flush() throws IOException {
        out.flush();
    }
}
