/** The view of one key: its value, its metadata, and the actions on it. */
import { announce, announceFailure, sentence } from "./announce.js";
import { deleteKey } from "./deletion.js";
import { element, field } from "./dom.js";
import { downloadControl } from "./download.js";
import * as editor from "./editor.js";
import * as format from "./format.js";
import { read, touch } from "./keys.js";
import { go, KEYS, NEW, ofKey } from "./routes.js";
import { shownBytes } from "./types.js";
import * as valueView from "./value-view.js";

export class KeyView {
  #box;
  #changed;
  #value = null;
  #reading = null;
  #ticking = null;

  /**
   * @param box the element to show it in
   * @param changed called with a key after this view has changed it
   */
  constructor(box, changed) {
    this.#box = box;
    this.#changed = changed;
  }

  /** Closes the key and shows a hint instead. */
  close() {
    this.#reset();
    this.#box.replaceChildren(
      element("p", { class: "empty", text: "Choose a key to see its value, or create a new one." }),
    );
  }

  /** Reads a key and shows it. */
  async open(key) {
    const signal = this.#reset();
    try {
      const value = await read(key, shownBytes, signal);
      if (!signal.aborted) {
        this.#value = value;
        this.#show(value);
      }
    } catch (failure) {
      if (signal.aborted) {
        return;
      }
      if (failure.status === 404) {
        this.#showMissing(key);
      } else {
        this.#showFailure(key, failure);
      }
    }
  }

  /** Shows the form to create a key. */
  create(suggested) {
    this.#reset();
    editor.edit(this.#box, null, suggested, { saved: (key) => this.#saved(key), cancelled: () => go(KEYS) });
  }

  /** Shows the form to edit the open key. */
  edit() {
    const value = this.#value;
    if (value !== null) {
      this.#reset();
      editor.edit(this.#box, value, "", {
        saved: (key) => this.#saved(key),
        cancelled: () => this.open(value.key),
      });
    }
  }

  /** Deletes the open key. */
  async delete() {
    const value = this.#value;
    if (value === null) {
      return;
    }
    const gone = await deleteKey(value, (key) => this.#changed(key));
    if (this.#value !== value) {
      return;
    }
    if (gone) {
      go(KEYS);
    } else {
      this.open(value.key);
    }
  }

  #reset() {
    this.#reading?.abort();
    this.#reading = new AbortController();
    clearInterval(this.#ticking);
    valueView.release();
    editor.discard();
    this.#value = null;
    return this.#reading.signal;
  }

  #saved(key) {
    this.#changed(key);
    if (window.location.hash === ofKey(key)) {
      this.open(key);
    } else {
      go(ofKey(key));
    }
  }

  #show(value) {
    const title = this.#title(value.key);
    this.#box.replaceChildren(
      title,
      this.#facts(value),
      element(
        "div",
        { class: "actions", role: "group", "aria-label": "Actions" },
        element("button", { type: "button", id: "edit", class: "primary", text: "Edit", onclick: () => this.edit() }),
        downloadControl(value),
        element("button", { type: "button", id: "reread", text: "Reload", onclick: () => this.open(value.key) }),
        element("button", { type: "button", id: "delete", class: "danger", text: "Delete", onclick: () => this.delete() }),
      ),
      ...valueView.view(value),
      this.#expiry(value),
    );
    title.focus({ preventScroll: true });
  }

  #title(key) {
    return element("h2", { id: "detail-title", class: "key-name", tabindex: -1, text: key });
  }

  #facts(value) {
    const facts = element("dl", { class: "facts" });
    const addFact = (name, text, id = null) =>
      facts.append(element("div", {}, element("dt", { text: name }), element("dd", { id, text })));
    addFact("Type", value.type);
    addFact("Size", format.bytes(value.size));
    addFact("Revision", format.count(value.revision));
    if (value.modified !== null) {
      addFact("Modified", format.time(value.modified));
    }
    if (value.expires !== null) {
      addFact("Expires in", "", "expires-in");
      const clock = facts.querySelector("#expires-in");
      const tick = () => {
        const left = value.expires - Date.now();
        clock.textContent = left > 0 ? format.duration(left) : "expired";
      };
      tick();
      this.#ticking = setInterval(tick, 1000);
    }
    return facts;
  }

  #expiry(value) {
    const input = element("input", { id: "ttl", required: true, autocomplete: "off", placeholder: "15m" });
    const set = (ttl) => this.#touch(value, ttl);
    return element(
      "details",
      { class: "expiry" },
      element("summary", { text: "Expiry" }),
      element(
        "form",
        {
          onsubmit: (event) => {
            event.preventDefault();
            set(input.value.trim());
          },
        },
        field("Expires after", input, "In seconds from now, or with a unit: 500ms, 15m, 2h, 7d."),
        element(
          "div",
          { class: "actions" },
          element("button", { type: "submit", id: "set-ttl", text: "Set" }),
          value.expires === null
            ? null
            : element("button", { type: "button", id: "persist", text: "Never", onclick: () => set(null) }),
        ),
      ),
    );
  }

  async #touch(value, ttl) {
    try {
      await touch(value.key, ttl, value.etag);
      announce(ttl === null ? "The key no longer expires." : `The key expires after ${ttl}.`);
    } catch (failure) {
      if (failure.status !== 412 && failure.status !== 404) {
        announceFailure(failure);
        return;
      }
      announce("The key was changed since you opened it, so its expiry was not set. This is the current version.");
    }
    this.#changed(value.key);
    this.open(value.key);
  }

  #showMissing(key) {
    const title = this.#title(key);
    this.#box.replaceChildren(
      title,
      element("p", { text: "There is no such key. It may have been deleted or have expired." }),
      element("p", {}, element("a", { class: "button", href: NEW, text: "New key" })),
    );
    title.focus({ preventScroll: true });
  }

  #showFailure(key, failure) {
    this.#box.replaceChildren(
      this.#title(key),
      element("p", { class: "failure", role: "alert", text: sentence(failure) }),
      element("button", { type: "button", text: "Try again", onclick: () => this.open(key) }),
    );
  }
}
