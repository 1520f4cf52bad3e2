/** Media types: what a value is shown as, and which type it is sent with. */
import { decoded } from "./bytes.js";

/** What the server says of a value that was stored without a type. */
export const TEXT = "text/plain; charset=utf-8";
export const BYTES = "application/octet-stream";

/*
 * Pictures that are dots and nothing else. A vector graphic may have scripts in it and is shown as the text that it is.
 */
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"];

const PICTURE_BYTES_MAX = 8 << 20;
const SHOWN_BYTES_MAX = 256 << 10;

const bare = (type) => type.split(";")[0].trim().toLowerCase();

export const isPicture = (type) => PICTURES.includes(bare(type));

/** The type of a picture, without parameters. */
export const pictureType = (type) => PICTURES.find((known) => known === bare(type));

const isJson = (type) => bare(type) === "application/json" || bare(type).endsWith("+json");

/** How many bytes of a value are loaded in order to show it. */
export const shownBytes = (type) => (isPicture(type) ? PICTURE_BYTES_MAX : SHOWN_BYTES_MAX);

/**
 * The ways in which a value can be shown, the most fitting first: "json", "text", "picture", "hex".
 *
 * @param value a state of a key, see keys.js
 */
export function kinds(value) {
  const text = decoded(value.bytes, !value.whole);
  const found = [];
  if (isPicture(value.type) && value.whole && value.size > 0) {
    found.push("picture");
  }
  if (text !== null) {
    const looksLikeJson = /^\s*[[{]/.test(text);
    if (value.whole && (isJson(value.type) || looksLikeJson) && parses(text)) {
      found.push("json");
    }
    found.push("text");
  }
  return [...found, "hex"];
}

function parses(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The type to send so that a value has the one it had: none where the server says it of any such value. */
export function declaredType(type, bytes, cut = false) {
  const usual = decoded(bytes, cut) === null ? BYTES : TEXT;
  return type === usual ? "" : type;
}
