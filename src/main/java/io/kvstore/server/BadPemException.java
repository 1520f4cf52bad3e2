package io.kvstore.server;

/** A file does not hold what it should. The message goes on after the file's name, as in "has no certificate". */
final class BadPemException extends Exception {

    private static final long serialVersionUID = 1L;

    BadPemException(String message) {
        super(message);
    }
}
