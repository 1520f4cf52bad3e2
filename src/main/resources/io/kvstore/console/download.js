/** Downloads a value as a file. If a token is needed, which a link cannot send, the page fetches the value first. */
import { announceFailure } from "./announce.js";
import { element } from "./dom.js";
import { link, read } from "./keys.js";
import * as token from "./token.js";

/** Returns a link or a button that downloads a value. */
export function downloadControl(value) {
  const name = value.key.split("/").at(-1) || "value";
  const direct = token.current() === null ? link(value.key) : null;
  return direct === null
    ? element("button", { type: "button", text: "Download", onclick: () => fetchAndSave(value, name) })
    : element("a", { class: "button", href: direct, download: name, text: "Download" });
}

async function fetchAndSave(value, name) {
  try {
    const whole = await read(value.key, () => Infinity);
    const url = URL.createObjectURL(new Blob([whole.bytes], { type: "application/octet-stream" }));
    element("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000); // by then the browser has started to write the file
  } catch (failure) {
    announceFailure(failure);
  }
}
