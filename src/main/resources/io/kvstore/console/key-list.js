/** The list of keys with its search: what is typed is looked for after a short rest, and late answers are dropped. */
import { complain } from "./announce.js";
import { byId } from "./dom.js";
import * as format from "./format.js";
import { countOf, list } from "./keys.js";
import { Pages } from "./pages.js";
import { VirtualList } from "./virtual-list.js";

const REST_MILLIS = 150;

export class KeyList {
  #rows;
  #pages = null;
  #asking = new AbortController();
  #timer = null;

  /** @param open called with a key that the person chose */
  constructor(open) {
    this.#rows = new VirtualList(byId("list"), {
      open,
      change: () => this.#tellFiltered(),
      failure: (failure) => this.#fail(failure),
    });
    byId("prefix").addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.search(), REST_MILLIS);
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

  /** Lists what the search says, from the beginning. */
  async search() {
    clearTimeout(this.#timer);
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const query = { prefix: this.prefix, reverse: byId("reverse").checked };
    this.#pages = new Pages(query, (page) => list(page, signal));
    if (await this.#rows.show(this.#pages)) {
      await this.#count();
    }
  }

  /** Lists the same anew, where the person is. */
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
    const { signal } = this.#asking;
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
    complain(failure);
  }

  #tellFiltered() {
    byId("filtered").hidden = !this.#pages.filtered;
  }
}
