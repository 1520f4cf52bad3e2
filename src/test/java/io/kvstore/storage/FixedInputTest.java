package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** FixedInput reads the same as a DataInputStream. */
class FixedInputTest {

    private interface Reading {
        Object read(DataInput in) throws IOException;
    }

    private static final List<Reading> READINGS = List.of(
            DataInput::readBoolean,
            DataInput::readByte,
            DataInput::readUnsignedByte,
            DataInput::readShort,
            DataInput::readUnsignedShort,
            DataInput::readChar,
            DataInput::readInt,
            DataInput::readLong,
            DataInput::readFloat,
            DataInput::readDouble,
            in -> in.skipBytes(3),
            in -> in.skipBytes(-1),
            in -> {
                byte[] bytes = new byte[5];
                in.readFully(bytes, 1, 3);
                return Arrays.toString(bytes);
            });

    private static Object told(Reading reading, DataInput in) {
        try {
            return reading.read(in);
        } catch (EOFException e) {
            return "the end";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void reads_likeADataInputStreamUpToTheEnd() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] bytes = new byte[400];
        random.nextBytes(bytes);
        for (int run = 0; run < 200; run++) {
            int offset = random.nextInt(100);
            int size = random.nextInt(300);
            FixedInput in = new FixedInput(bytes, offset, size);
            DataInput expected = new DataInputStream(new ByteArrayInputStream(bytes, offset, size));
            Object last = "";
            while (!last.equals("the end")) {
                int which = random.nextInt(READINGS.size());
                last = told(READINGS.get(which), expected);
                assertThat(told(READINGS.get(which), in))
                        .as("seed %d, run %d, reading %d", seed, run, which)
                        .isEqualTo(last);
            }
        }
    }

    @Test
    void read_beyondTheEndFails() throws IOException {
        FixedInput in = new FixedInput(new byte[] {0, 1, 'a', 'b', 'c', 'd'}, 0, 4);
        assertThatThrownBy(() -> in.readFully(new byte[5]))
                .isInstanceOf(EOFException.class)
                .hasMessage("there are only 4 of 5 bytes");
        assertThatThrownBy(in::readLong).isInstanceOf(EOFException.class);
        assertThat(in.readUTF()).as("a failed read takes nothing").isEqualTo("a");
        assertThatThrownBy(() -> new FixedInput(new byte[4], 2, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
