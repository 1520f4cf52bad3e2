package io.kvstore.cli;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Standard output: bytes, and text in UTF-8 in any locale. Buffered. Not thread-safe. */
final class Output extends FilterOutputStream {

    /** Standard output could not be written. */
    static final class WriteException extends IOException {
        private static final long serialVersionUID = 1L;

        WriteException(IOException cause) {
            super(cause.getMessage(), cause);
        }

        /** Returns whether the reader closed the pipe, which is not a failure. */
        boolean isClosedPipe() {
            String message = getMessage();
            return message != null && message.toLowerCase(Locale.ROOT).contains("pipe");
        }
    }

    Output(OutputStream out) {
        super(new BufferedOutputStream(out));
    }

    void text(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    void line(String text) throws IOException {
        text(text);
        write('\n');
    }

    @Override
    public void write(int b) throws IOException {
        try {
            out.write(b);
        } catch (IOException e) {
            throw new WriteException(e);
        }
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw new WriteException(e);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException e) {
            throw new WriteException(e);
        }
    }

    /** Flushes the stream and leaves it open, because it belongs to the process. */
    @Override
    public void close() throws IOException {
        flush();
    }
}
