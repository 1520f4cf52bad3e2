/**
 * The list of keys with its search field. A search starts when the user stops typing; responses to earlier searches are
 * ignored.
 */
import { announceFailure } from "./announce.js";
import { byId } from "./dom.js";
import * as format from "./format.js";
import { countOf, list } from "./keys.js";
import { Pages } from "./pages.js";
import { VirtualList } from "./virtual-list.js";

const TYPING_PAUSE_MILLIS = 150;

export class KeyList {
  #rows;
  #pages = null;
  #request = new AbortController();
  #timer = null;

  /** @param open called with the key that the user chose */
  constructor(open) {
    this.#rows = new VirtualList(byId("list"), {
      open,
      change: () => this.#showFiltered(),
      failure: (failure) => this.#fail(failure),
    });
    byId("prefix").addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.search(), TYPING_PAUSE_MILLIS);
    });
    byId("search").addEventListener("submit", (event) => {
      event.preventDefault();
      this.search();
    });
    byId("prefix").addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") {
        event.preventDefault();
        this.#rows.focus();
      }
    });
    byId("reverse").addEventListener("change", () => this.search());
    byId("refresh").addEventListener("click", () => this.refresh());
  }

  get prefix() {
    return byId("prefix").value;
  }

  /** Lists the keys that match the search, from the beginning. */
  async search() {
    clearTimeout(this.#timer);
    this.#request.abort();
    this.#request = new AbortController();
    const { signal } = this.#request;
    const query = { prefix: this.prefix, reverse: byId("reverse").checked };
    this.#pages = new Pages(query, (page) => list(page, signal));
    if (await this.#rows.show(this.#pages)) {
      await this.#count();
    }
  }

  /** Reads the list again, and keeps its position. */
  async refresh() {
    this.#rows.refresh();
    await this.#count();
  }

  choose(key) {
    this.#rows.choose(key);
  }

  focus() {
    this.#rows.focus();
  }

  focusSearch() {
    byId("prefix").focus();
    byId("prefix").select();
  }

  async #count() {
    const { signal } = this.#request;
    const { prefix } = this;
    try {
      const keys = format.counted(await countOf(prefix, signal), "key");
      if (!signal.aborted) {
        byId("count").textContent = prefix === "" ? keys : `${keys} found`;
      }
    } catch (failure) {
      if (!signal.aborted) {
        this.#fail(failure);
      }
    }
  }

  #fail(failure) {
    byId("count").textContent = "";
    announceFailure(failure);
  }

  #showFiltered() {
    byId("filtered").hidden = !this.#pages.filtered;
  }
}
