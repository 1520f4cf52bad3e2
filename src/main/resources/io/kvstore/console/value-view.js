/** A value as text, as JSON, as a picture or in hexadecimal. Whatever is in it, it is text to this page, or dots. */
import { decoded, hexLines } from "./bytes.js";
import { element } from "./dom.js";
import * as format from "./format.js";
import { highlighted } from "./json.js";
import { kinds, pictureType } from "./types.js";

const HEX_BYTES_MAX = 16 << 10;
const NAMES = { json: "JSON", text: "Text", picture: "Picture", hex: "Hex" };

let pictureUrl = null;

/** The elements that show a value: a choice of ways, and what is shown. @param value a state of a key, see keys.js */
export function view(value) {
  const ways = kinds(value);
  const frame = element("div", { class: "value" });
  const note = element("p", { class: "hint" });
  const choice = element("fieldset", { class: "choice" }, element("legend", { text: "Shown as" }));
  const show = (way) => {
    frame.replaceChildren(...shown(value, way));
    note.textContent = told(value, way);
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

/** The part of a value that a text or hexadecimal view has, as one text. */
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

function told(value, way) {
  const bytes = way === "hex" ? Math.min(value.bytes.length, HEX_BYTES_MAX) : value.bytes.length;
  return bytes < value.size
    ? `The first ${format.bytes(bytes)} of ${format.bytes(value.size)}. Download it to see the rest.`
    : "";
}

/** Gives back the memory of the picture that was shown last. */
export function release() {
  if (pictureUrl !== null) {
    URL.revokeObjectURL(pictureUrl);
    pictureUrl = null;
  }
}
