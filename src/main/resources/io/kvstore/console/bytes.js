/** Converts bytes to text, base64 and a hexadecimal dump, and text and base64 back to bytes. */

const ENCODER = new TextEncoder();
const HEX_COLUMNS = 16;
const CHUNK = 0x8000;

export const encoded = (text) => ENCODER.encode(text);

/**
 * Decodes UTF-8. Returns null if the bytes are not valid UTF-8.
 *
 * @param cut whether the bytes may end within a character, which is then ignored
 */
export function decoded(bytes, cut = false) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: cut });
  } catch {
    return null;
  }
}

export function toBase64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(binary);
}

export const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** Returns a hexadecimal dump: each line has an offset, sixteen bytes, and the same bytes as ASCII characters. */
export function hexLines(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += HEX_COLUMNS) {
    const row = Array.from(bytes.subarray(at, at + HEX_COLUMNS));
    const digits = row.map((byte, column) => (column === 8 ? " " : "") + byte.toString(16).padStart(2, "0")).join(" ");
    const characters = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString(16).padStart(8, "0")}  ${digits.padEnd(3 * HEX_COLUMNS)}  ${characters}`);
  }
  return lines.join("\n");
}

/**
 * Reads the body of a response up to a limit, and cancels the rest.
 *
 * @returns `{bytes, whole}`: the bytes, and whether they are the whole body
 */
export async function readAtMost(response, limit) {
  if (response.body === null) {
    return { bytes: new Uint8Array(0), whole: true };
  }
  const reader = response.body.getReader();
  const chunks = [];
  let size = 0;
  while (size <= limit) {
    const { done, value } = await reader.read();
    if (done) {
      return { bytes: joined(chunks, size), whole: true };
    }
    chunks.push(value);
    size += value.length;
  }
  await reader.cancel();
  return { bytes: joined(chunks, size).subarray(0, limit), whole: false };
}

function joined(chunks, size) {
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
