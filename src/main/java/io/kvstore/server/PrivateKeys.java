package io.kvstore.server;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;

/*
 * PKCS#8 (RFC 5208) is a sequence of a version, an algorithm identifier, and an octet string with the key in the format of that
 * algorithm. The other two formats are that octet string alone, so they are wrapped:
 *
 *   PKCS#1 (RFC 8017)   the algorithm is rsaEncryption, without parameters
 *   SEC 1 (RFC 5915)    the algorithm is ecPublicKey; its parameter is the curve, which the key names in its field 0
 */
/** Reads unencrypted RSA and EC private keys in the formats PKCS#8, PKCS#1 and SEC 1. */
final class PrivateKeys {

    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final int OBJECT = 0x06;
    private static final int SEQUENCE = 0x30;
    private static final int FIELD_0 = 0xA0;

    private static final byte[] VERSION_0 = {INTEGER, 1, 0};

    /** Algorithm identifier 1.2.840.113549.1.1.1 (rsaEncryption) without parameters. */
    private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d0101010500");

    /** Object identifier 1.2.840.10045.2.1 (ecPublicKey). */
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private PrivateKeys() {}

    /**
     * Returns the private key of a file.
     *
     * @throws BadPemException if the file does not have exactly one key, or the key is invalid or of an unsupported kind
     */
    static PrivateKey read(List<Pem.Block> blocks) throws BadPemException {
        List<Pem.Block> keys = blocks.stream()
                .filter(block -> block.label().endsWith("PRIVATE KEY"))
                .toList();
        if (keys.size() != 1) {
            throw new BadPemException(keys.isEmpty() ? "has no private key" : "has more than one private key");
        }
        Pem.Block block = keys.get(0);
        return switch (block.label()) {
            case "PRIVATE KEY" -> pkcs8(block.bytes());
            case "RSA PRIVATE KEY" -> pkcs8(wrapped(RSA, block.bytes()));
            case "EC PRIVATE KEY" -> pkcs8(wrapped(concat(EC, curve(block.bytes())), block.bytes()));
            case "ENCRYPTED PRIVATE KEY" ->
                throw new BadPemException(
                        "has a private key that is encrypted; passwords are not supported, decrypt it first");
            default -> throw new BadPemException("has a key of an unsupported kind: " + block.label());
        };
    }

    private static PrivateKey pkcs8(byte[] der) throws BadPemException {
        try {
            return KeyFactory.getInstance(algorithm(der)).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (InvalidKeySpecException e) {
            throw new BadPemException("has an invalid private key");
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("the JDK does not support RSA or EC", e);
        }
    }

    private static String algorithm(byte[] pkcs8) throws BadPemException {
        try {
            ByteBuffer key = content(SEQUENCE, ByteBuffer.wrap(pkcs8));
            content(INTEGER, key);
            ByteBuffer identifier = content(OBJECT, content(SEQUENCE, key));
            if (identifier.equals(content(OBJECT, ByteBuffer.wrap(RSA)))) {
                return "RSA";
            }
            if (identifier.equals(content(OBJECT, ByteBuffer.wrap(EC)))) {
                return "EC";
            }
        } catch (BufferUnderflowException e) {
            throw new BadPemException("has an invalid private key");
        }
        throw new BadPemException("has a private key that is neither RSA nor EC");
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return der(SEQUENCE, concat(VERSION_0, der(SEQUENCE, algorithm), der(OCTETS, key)));
    }

    /** Returns the curve of a key in the format SEC 1. */
    private static byte[] curve(byte[] sec1) throws BadPemException {
        try {
            ByteBuffer key = content(SEQUENCE, ByteBuffer.wrap(sec1));
            content(INTEGER, key);
            content(OCTETS, key);
            ByteBuffer parameters = content(FIELD_0, key);
            byte[] curve = new byte[parameters.remaining()];
            parameters.get(curve);
            return curve;
        } catch (BufferUnderflowException e) {
            throw new BadPemException("has an EC private key that is invalid or does not name its curve");
        }
    }

    /**
     * Reads an element with the expected tag and returns its contents.
     *
     * @throws BufferUnderflowException if there is no element, or it has another tag
     */
    private static ByteBuffer content(int tag, ByteBuffer in) {
        int found = in.get() & 0xFF;
        int length = in.get() & 0xFF;
        if (length > 0x80) {
            int bytes = length - 0x80;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = length << 8 | (in.get() & 0xFF);
            }
        }
        if (found != tag || length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer content = in.slice(in.position(), length);
        in.position(in.position() + length);
        return content;
    }

    private static byte[] der(int tag, byte[] content) {
        int length = content.length;
        int lengthBytes = length < 0x80 ? 0 : (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / Byte.SIZE;
        ByteBuffer der = ByteBuffer.allocate(2 + lengthBytes + length);
        der.put((byte) tag).put((byte) (lengthBytes == 0 ? length : 0x80 | lengthBytes));
        for (int i = lengthBytes - 1; i >= 0; i--) {
            der.put((byte) (length >> (i * Byte.SIZE)));
        }
        return der.put(content).array();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
