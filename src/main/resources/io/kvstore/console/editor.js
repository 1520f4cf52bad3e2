/** The form to create or edit a key. */
import { announce, announceFailure } from "./announce.js";
import { decoded, encoded } from "./bytes.js";
import * as conflict from "./conflict.js";
import { element, field } from "./dom.js";
import * as format from "./format.js";
import { write } from "./keys.js";
import { declaredType } from "./types.js";

const TYPES = ["application/json", "text/plain; charset=utf-8", "text/html", "application/octet-stream", "image/png"];

let changed = false;

/** Returns whether there are unsaved changes. */
export const hasChanges = () => changed;

/** Discards unsaved changes. */
export function discard() {
  changed = false;
}

/**
 * Shows the form.
 *
 * @param box the element to show it in
 * @param value the state to replace, see keys.js; null to create a key
 * @param suggested the initial name of a new key
 * @param saved called with the key after it was saved, or after the user chose to keep the stored version
 * @param cancelled called when the user cancels
 */
export function edit(box, value, suggested, { saved, cancelled }) {
  const text = value === null ? "" : value.whole ? decoded(value.bytes) : null;
  const lines = lineEndings(text ?? "");
  const key = element("input", { id: "edit-key", required: true, autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  const area = element("textarea", { id: "edit-value", rows: 14, spellcheck: "false", autocapitalize: "off" });
  const file = element("input", { id: "edit-file", type: "file" });
  const type = element("input", { id: "edit-type", list: "types", autocomplete: "off", spellcheck: "false" });
  const expiry = expiryFields(value);
  const cancel = element("button", { type: "button", text: "Cancel", onclick: () => (discard(), cancelled()) });
  const save = element("button", { type: "submit", class: "primary", text: value === null ? "Create" : "Save" });
  key.value = suggested;
  area.value = text ?? "";
  type.value = value === null ? "" : declaredType(value.type, value.bytes, !value.whole);
  const areaField = field("Value", area, lines.hint);
  areaField.hidden = text === null;
  file.addEventListener("change", () => {
    area.disabled = file.files.length > 0;
    if (value === null && file.files.length > 0) {
      type.value = file.files[0].type;
    }
  });

  let etag = value?.etag ?? null;
  const name = () => (value === null ? key.value : value.key);
  const content = () => ({
    body: file.files[0] ?? encoded(lines.restored(area.value)),
    type: type.value.trim(),
    ttl: expiry.ttl(),
  });

  async function submit(event) {
    event.preventDefault();
    if (text === null && file.files.length === 0) {
      announce("This value is not text, or is too large to edit here. Choose a file to replace it.");
      file.focus();
      return;
    }
    save.disabled = true;
    try {
      await saveUntilDecided();
    } catch (failure) {
      announceFailure(failure);
    } finally {
      save.disabled = false;
    }
  }

  async function saveUntilDecided() {
    for (;;) {
      try {
        await write(name(), content(), etag);
        discard();
        announce(`${value === null ? "Created" : "Saved"} ${name()}.`);
        saved(name());
        return;
      } catch (failure) {
        if (failure.status !== 412) {
          throw failure;
        }
      }
      const mine = file.files.length > 0 ? `(the file ${file.files[0].name})` : area.value;
      const { choice, stored } = await conflict.ask(name(), mine);
      if (choice === "stored") {
        discard();
        announce("Your version was discarded.");
        saved(name());
        return;
      }
      if (choice === "edit" && value === null) {
        return; // the user may choose another name; with this one, saving fails again
      }
      etag = stored?.etag ?? null;
      if (choice === "edit") {
        announce("Continue editing. Saving now replaces the stored version that was just shown.");
        area.focus();
        return;
      }
    }
  }

  const form = element(
    "form",
    { class: "editor", onsubmit: submit, oninput: () => (changed = true) },
    element("h2", { id: "detail-title", tabindex: -1, text: value === null ? "New key" : "Edit" }),
    value === null ? field("Key", key) : element("p", { class: "key-name", text: value.key }),
    areaField,
    field("Or upload a file", file),
    element(
      "div",
      { class: "fields" },
      field("Content type", type, "If empty: text for UTF-8, otherwise binary."),
      expiry.field,
    ),
    element("div", { class: "actions" }, save, cancel, element("span", { class: "hint", text: "Ctrl+Enter saves" })),
    element("datalist", { id: "types" }, ...TYPES.map((each) => element("option", { value: each }))),
  );
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(save);
    }
  });
  box.replaceChildren(form);
  (value === null ? key : text === null ? file : area).focus();
}

function expiryFields(value) {
  const expires = value?.expires ?? null;
  const input = element("input", { id: "edit-ttl", autocomplete: "off", placeholder: expires === null ? "never" : "unchanged" });
  const hint =
    expires === null
      ? "In seconds, or with a unit: 500ms, 15m, 2h, 7d. If empty: never."
      : `It expires in ${format.duration(expires - Date.now())}. If empty: unchanged. Otherwise 15m, 2h, 7d or never.`;
  const ttl = () => {
    const given = input.value.trim();
    if (given === "never") {
      return "";
    }
    return given === "" && expires !== null ? "keep" : given;
  };
  return { field: field("Expires after", input, hint), ttl };
}

/**
 * A text area uses LF as the only line ending. If all lines of the value end with CR LF, they do so again after
 * editing.
 */
function lineEndings(text) {
  const windows = (text.match(/\r\n/g) ?? []).length;
  const returns = (text.match(/\r/g) ?? []).length;
  const feeds = (text.match(/\n/g) ?? []).length;
  if (returns === 0) {
    return { hint: null, restored: (edited) => edited };
  }
  if (windows === returns && windows === feeds) {
    return { hint: "Lines end with CR LF. Saving keeps this.", restored: (edited) => edited.replace(/\n/g, "\r\n") };
  }
  return { hint: "Line endings differ. Saving changes all of them to LF.", restored: (edited) => edited };
}

/** Returns whether the user may leave the form; if there are unsaved changes, asks the user first. */
export function mayLeave() {
  return !changed || window.confirm("Discard unsaved changes?");
}

window.addEventListener("beforeunload", (event) => {
  if (changed) {
    event.preventDefault();
  }
});
