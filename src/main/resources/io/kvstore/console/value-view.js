/**
 * Shows a value as text, JSON, image or hexadecimal dump. The value is only ever inserted as text or as a bitmap, never
 * as HTML.
 */
import { decoded, hexLines } from "./bytes.js";
import { element } from "./dom.js";
import * as format from "./format.js";
import { highlighted } from "./json.js";
import { kinds, pictureType } from "./types.js";

const HEX_BYTES_MAX = 16 << 10;
const NAMES = { json: "JSON", text: "Text", picture: "Image", hex: "Hex" };

let pictureUrl = null;

/**
 * Returns the elements that show a value, and a choice of how to show it. @param value a state of a key, see keys.js
 */
export function view(value) {
  const ways = kinds(value);
  const frame = element("div", { class: "value" });
  const note = element("p", { class: "hint" });
  const choice = element("fieldset", { class: "choice" }, element("legend", { text: "Show as" }));
  const show = (way) => {
    frame.replaceChildren(...shown(value, way));
    note.textContent = truncationNote(value, way);
    note.hidden = note.textContent === "";
  };
  ways.forEach((way, index) => {
    const radio = element("input", { type: "radio", name: "shown-as", value: way, onchange: () => show(way) });
    radio.checked = index === 0;
    choice.append(element("label", {}, radio, element("span", { text: NAMES[way] })));
  });
  show(ways[0]);
  return [choice, frame, note];
}

/** Returns the part of a value that was read, as text or as a hexadecimal dump. */
export function asText(value) {
  const text = decoded(value.bytes, !value.whole);
  return text ?? hexLines(value.bytes.subarray(0, HEX_BYTES_MAX));
}

function shown(value, way) {
  release();
  if (way === "picture") {
    pictureUrl = URL.createObjectURL(new Blob([value.bytes], { type: pictureType(value.type) }));
    return [element("img", { src: pictureUrl, alt: `The value of ${value.key}` })];
  }
  if (value.size === 0) {
    return [element("p", { class: "hint", text: "The value is empty." })];
  }
  const text = element("pre", { tabindex: 0, role: "region", "aria-label": `Value as ${NAMES[way]}`, class: way });
  if (way === "json") {
    text.append(highlighted(decoded(value.bytes)));
  } else if (way === "text") {
    text.textContent = decoded(value.bytes, !value.whole);
  } else {
    text.textContent = hexLines(value.bytes.subarray(0, HEX_BYTES_MAX));
  }
  return [text];
}

function truncationNote(value, way) {
  const bytes = way === "hex" ? Math.min(value.bytes.length, HEX_BYTES_MAX) : value.bytes.length;
  return bytes < value.size
    ? `Showing the first ${format.bytes(bytes)} of ${format.bytes(value.size)}. Download the value to see all of it.`
    : "";
}

/** Releases the memory of the last image that was shown. */
export function release() {
  if (pictureUrl !== null) {
    URL.revokeObjectURL(pictureUrl);
    pictureUrl = null;
  }
}
