/**
 * The addresses of views, in the fragment of the URL, which is not sent to the server: `#/keys`, `#/key/a%2Fb`,
 * `#/new`.
 */
import { encoded } from "./http.js";

export const KEYS = "#/keys";
export const NEW = "#/new";

export const ofKey = (key) => `#/key/${encoded(key)}`;

/** Parses an address into `{view, key}`. An unknown address is the list of keys. */
export function parse(hash) {
  const [, view = "keys", rest = ""] = /^#\/([a-z]+)(?:\/(.*))?$/.exec(hash) ?? [];
  if (view !== "key") {
    return { view: ["new", "live", "charts"].includes(view) ? view : "keys", key: null };
  }
  try {
    return { view, key: decodeURIComponent(rest) };
  } catch {
    return { view: "keys", key: null };
  }
}

export const go = (hash) => {
  window.location.hash = hash;
};
