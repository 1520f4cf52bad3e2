/** A value as a file. Where a token must be sent, which no link can do, it passes through the page on its way. */
import { complain } from "./announce.js";
import { element } from "./dom.js";
import { link, read } from "./keys.js";
import * as token from "./token.js";

/** A link or button that downloads a value. */
export function downloader(value) {
  const name = value.key.split("/").at(-1) || "value";
  const direct = token.current() === null ? link(value.key) : null;
  return direct === null
    ? element("button", { type: "button", text: "Download", onclick: () => throughThePage(value, name) })
    : element("a", { class: "button", href: direct, download: name, text: "Download" });
}

async function throughThePage(value, name) {
  try {
    const whole = await read(value.key, () => Infinity);
    const url = URL.createObjectURL(new Blob([whole.bytes], { type: "application/octet-stream" }));
    element("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000); // when the browser has long since begun to write it
  } catch (failure) {
    complain(failure);
  }
}
