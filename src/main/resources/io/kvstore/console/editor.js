/** The form in which a key is created or changed. */
import { announce, complain } from "./announce.js";
import { decoded, encoded } from "./bytes.js";
import * as conflict from "./conflict.js";
import { element, field } from "./dom.js";
import * as format from "./format.js";
import { write } from "./keys.js";
import { declaredType } from "./types.js";

const TYPES = ["application/json", "text/plain; charset=utf-8", "text/html", "application/octet-stream", "image/png"];

let changed = false;

/** Whether something was typed that is not saved. */
export const hasChanges = () => changed;

/** Gives up what was typed. */
export function forget() {
  changed = false;
}

/**
 * Puts the form into the page.
 *
 * @param box where to
 * @param value the state that is to be replaced, see keys.js; null for a key that is to be created
 * @param suggested a beginning for the name of a new key
 * @param saved called with the key when it is written, or the other's version is kept
 * @param cancelled called when the person gives up
 */
export function edit(box, value, suggested, { saved, cancelled }) {
  const text = value === null ? "" : value.whole ? decoded(value.bytes) : null;
  const lines = lineEnds(text ?? "");
  const key = element("input", { id: "edit-key", required: true, autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  const area = element("textarea", { id: "edit-value", rows: 14, spellcheck: "false", autocapitalize: "off" });
  const file = element("input", { id: "edit-file", type: "file" });
  const type = element("input", { id: "edit-type", list: "types", autocomplete: "off", spellcheck: "false" });
  const expiry = expiryFields(value);
  const cancel = element("button", { type: "button", text: "Cancel", onclick: () => (forget(), cancelled()) });
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
      announce("This value is no text, or too long to be edited here: choose a file that is to replace it.");
      file.focus();
      return;
    }
    save.disabled = true;
    try {
      await store();
    } catch (failure) {
      complain(failure);
    } finally {
      save.disabled = false;
    }
  }

  async function store() {
    for (;;) {
      try {
        await write(name(), content(), etag);
        forget();
        announce(`${value === null ? "Created" : "Saved"} ${name()}.`);
        saved(name());
        return;
      } catch (failure) {
        if (failure.status !== 412) {
          throw failure;
        }
      }
      const mine = file.files.length > 0 ? `(the file ${file.files[0].name})` : area.value;
      const { choice, theirs } = await conflict.ask(name(), mine);
      if (choice === "theirs") {
        forget();
        announce("The other version was kept, and yours dropped.");
        saved(name());
        return;
      }
      if (choice === "edit" && value === null) {
        return; // under another name perhaps; under this one it fails again
      }
      etag = theirs?.etag ?? null;
      if (choice === "edit") {
        announce("Go on: what you save next replaces the version that you have just seen.");
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
    field("Or a file", file),
    element(
      "div",
      { class: "fields" },
      field("Content type", type, "None: text where it is UTF-8, else bytes."),
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
  const input = element("input", { id: "edit-ttl", autocomplete: "off", placeholder: expires === null ? "never" : "as it is" });
  const hint =
    expires === null
      ? "Seconds, or 500ms, 15m, 2h, 7d. Empty: never."
      : `It expires in ${format.duration(expires - Date.now())}. Empty: leaves that. Else 15m, 2h, 7d, or never.`;
  const ttl = () => {
    const given = input.value.trim();
    if (given === "never") {
      return "";
    }
    return given === "" && expires !== null ? "keep" : given;
  };
  return { field: field("Expires after", input, hint), ttl };
}

/** A text area knows one kind of line end; the others are put back where all lines of the value had them. */
function lineEnds(text) {
  const windows = (text.match(/\r\n/g) ?? []).length;
  const returns = (text.match(/\r/g) ?? []).length;
  const feeds = (text.match(/\n/g) ?? []).length;
  if (returns === 0) {
    return { hint: null, restored: (edited) => edited };
  }
  if (windows === returns && windows === feeds) {
    return { hint: "Lines end with CR LF, and will.", restored: (edited) => edited.replace(/\n/g, "\r\n") };
  }
  return { hint: "Lines end in different ways; saving ends them all with LF.", restored: (edited) => edited };
}

/** Asks the person, where something was typed, whether to give it up. */
export function mayLeave() {
  return !changed || window.confirm("What you have typed is not saved. Leave it?");
}

window.addEventListener("beforeunload", (event) => {
  if (changed) {
    event.preventDefault();
  }
});
