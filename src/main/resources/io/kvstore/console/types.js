/** Media types: decides how a value is shown, and with which type it is sent. */
import { decoded } from "./bytes.js";

/** The types that the server gives to values that were stored without a type. */
export const TEXT = "text/plain; charset=utf-8";
export const BYTES = "application/octet-stream";

/*
 * Bitmap images only. A vector image may contain scripts, so it is shown as text.
 */
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"];

const PICTURE_BYTES_MAX = 8 << 20;
const SHOWN_BYTES_MAX = 256 << 10;

const bare = (type) => type.split(";")[0].trim().toLowerCase();

export const isPicture = (type) => PICTURES.includes(bare(type));

/** Returns the type of an image, without parameters. */
export const pictureType = (type) => PICTURES.find((known) => known === bare(type));

const isJson = (type) => bare(type) === "application/json" || bare(type).endsWith("+json");

/** Returns the maximum number of bytes of a value that are read to show it. */
export const shownBytes = (type) => (isPicture(type) ? PICTURE_BYTES_MAX : SHOWN_BYTES_MAX);

/**
 * Returns the ways in which a value can be shown, the best one first: "json", "text", "picture", "hex".
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
    if (value.whole && (isJson(value.type) || looksLikeJson) && isValidJson(text)) {
      found.push("json");
    }
    found.push("text");
  }
  return [...found, "hex"];
}

function isValidJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns the type to send so that a value keeps its type: "" if it is the one that the server gives to such bytes by
 * itself.
 */
export function declaredType(type, bytes, cut = false) {
  const defaultType = decoded(bytes, cut) === null ? BYTES : TEXT;
  return type === defaultType ? "" : type;
}
