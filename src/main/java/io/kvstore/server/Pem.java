package io.kvstore.server;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/*
 * Libraries that read PEM files bring a cryptography provider or a network stack of several megabytes. The server needs only
 * this class, and the two headers in PrivateKeys.
 */
/** Reads PEM (RFC 7468): blocks of base64 between two lines with a label. Text outside of the blocks is ignored. */
final class Pem {

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /** A block: its label and its decoded contents. */
    static final class Block {

        private final String label;
        private final byte[] bytes;

        Block(String label, byte[] bytes) {
            this.label = label;
            this.bytes = bytes;
        }

        /** Returns the label, for example {@code CERTIFICATE}. */
        String label() {
            return label;
        }

        /** Returns the contents. The array belongs to the block: do not modify it. */
        byte[] bytes() {
            return bytes;
        }
    }

    private Pem() {}

    /**
     * Returns the blocks of a file, in order.
     *
     * @throws BadPemException if a block is invalid or encrypted
     */
    static List<Block> read(String text) throws BadPemException {
        List<Block> blocks = new ArrayList<>();
        String label = null;
        StringBuilder base64 = new StringBuilder();
        for (String untrimmed : text.lines().toList()) {
            String line = untrimmed.strip();
            if (label == null) {
                if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                    label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                    base64.setLength(0);
                }
            } else if (line.equals(END + label + DASHES)) {
                blocks.add(new Block(label, decode(base64.toString(), label)));
                label = null;
            } else if (line.startsWith("Proc-Type:") && line.endsWith("ENCRYPTED")) {
                throw new BadPemException(
                        "has a private key that is encrypted; passwords are not supported, decrypt it first");
            } else {
                base64.append(line);
            }
        }
        if (label != null) {
            throw new BadPemException("has a block without an END line: " + label);
        }
        return blocks;
    }

    private static byte[] decode(String base64, String label) throws BadPemException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new BadPemException("has a block that is not valid base64: " + label);
        }
    }
}
