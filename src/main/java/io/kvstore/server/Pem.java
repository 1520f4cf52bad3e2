package io.kvstore.server;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/*
 * Libraries that read keys bring a provider of cryptography or a network stack along, of several megabytes; what is needed of
 * them is this, and the two headers of PrivateKeys.
 */
/** Reads PEM, RFC 7468: blocks of base64 between two lines that name what they hold. What is outside of them is free text. */
final class Pem {

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /** What stands between two lines, and what they say that it is. */
    static final class Block {

        private final String label;
        private final byte[] bytes;

        Block(String label, byte[] bytes) {
            this.label = label;
            this.bytes = bytes;
        }

        /** What it holds, as in {@code CERTIFICATE}. */
        String label() {
            return label;
        }

        /** Its own: not to be changed. */
        byte[] bytes() {
            return bytes;
        }
    }

    private Pem() {}

    /** @throws BadPemException when a block is not what it should be */
    static List<Block> read(String file) throws BadPemException {
        List<Block> blocks = new ArrayList<>();
        String label = null;
        StringBuilder base64 = new StringBuilder();
        for (String each : file.lines().toList()) {
            String line = each.strip();
            if (label == null) {
                if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                    label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                    base64.setLength(0);
                }
            } else if (line.equals(END + label + DASHES)) {
                blocks.add(new Block(label, decode(base64.toString(), label)));
                label = null;
            } else if (line.startsWith("Proc-Type:") && line.endsWith("ENCRYPTED")) {
                throw new BadPemException("has a key that is encrypted, and there is nowhere to say its password");
            } else {
                base64.append(line);
            }
        }
        if (label != null) {
            throw new BadPemException("has a block without an end: " + label);
        }
        return blocks;
    }

    private static byte[] decode(String base64, String label) throws BadPemException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new BadPemException("has a block that is no base64: " + label);
        }
    }
}
