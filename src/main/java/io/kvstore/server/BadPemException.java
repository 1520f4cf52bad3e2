package io.kvstore.server;

/** A PEM file is invalid. The message follows the file's name, for example "has no certificate". */
final class BadPemException extends Exception {

    private static final long serialVersionUID = 1L;

    BadPemException(String message) {
        super(message);
    }
}
