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
 * PKCS#8 (RFC 5208) is a sequence of a version, the name of an algorithm, and a string of bytes that is the key as that
 * algorithm has it; which is what the other two forms are, without the rest. So they are wrapped:
 *
 *   PKCS#1 (RFC 8017)   the name is rsaEncryption, without parameters
 *   SEC 1 (RFC 5915)    the name is ecPublicKey; its parameter is the curve, which the key itself names in its field 0
 */
/** Reads RSA and EC private keys: PKCS#8, PKCS#1 and SEC 1, not encrypted. */
final class PrivateKeys {

    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final int OBJECT = 0x06;
    private static final int SEQUENCE = 0x30;
    private static final int FIELD_0 = 0xA0;

    private static final byte[] VERSION_0 = {INTEGER, 1, 0};

    /** 1.2.840.113549.1.1.1 and no parameters. */
    private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d0101010500");

    /** 1.2.840.10045.2.1. */
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private PrivateKeys() {}

    /** The one private key in a file. */
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
                throw new BadPemException("has a key that is encrypted, and there is nowhere to say its password");
            default -> throw new BadPemException("has a key of a kind that is not taken: " + block.label());
        };
    }

    private static PrivateKey pkcs8(byte[] der) throws BadPemException {
        try {
            return KeyFactory.getInstance(algorithm(der)).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (InvalidKeySpecException e) {
            throw new BadPemException("has a private key that is damaged");
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("a JDK without RSA or EC", e);
        }
    }

    private static String algorithm(byte[] pkcs8) throws BadPemException {
        try {
            ByteBuffer key = content(SEQUENCE, ByteBuffer.wrap(pkcs8));
            content(INTEGER, key);
            ByteBuffer name = content(OBJECT, content(SEQUENCE, key));
            if (name.equals(content(OBJECT, ByteBuffer.wrap(RSA)))) {
                return "RSA";
            }
            if (name.equals(content(OBJECT, ByteBuffer.wrap(EC)))) {
                return "EC";
            }
        } catch (BufferUnderflowException e) {
            throw new BadPemException("has a private key that is damaged");
        }
        throw new BadPemException("has a private key that is neither RSA nor EC");
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return der(SEQUENCE, concat(VERSION_0, der(SEQUENCE, algorithm), der(OCTETS, key)));
    }

    /** The name of the curve in a key that SEC 1 describes. */
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
            throw new BadPemException("has an EC private key that is damaged, or does not name its curve");
        }
    }

    /**
     * Takes an element of the kind that is expected.
     *
     * @throws BufferUnderflowException when there is another, or none
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
