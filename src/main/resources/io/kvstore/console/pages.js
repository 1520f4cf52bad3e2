/**
 * A listing of any length, accessed by row number. Only some pages are kept in memory; a dropped page is read again
 * with its cursor. Pages can only be read in order the first time, so the number of known rows grows by one page at a
 * time.
 */
const PAGE_ROWS = 1000;
const REREAD_ROWS_MAX = 100000;
const KEPT_PAGES = 8;

export class Pages {
  /**
   * For each page: its cursor, its last key (null for the last page), its number of rows, and its keys (null if
   * dropped).
   */
  #pages = [];
  #loading = new Map();
  #used = [];
  #next = null;
  #ended = false;
  #query;
  #fetch;

  /** Whether keys are missing that the token may not read. */
  filtered = false;

  /**
   * @param query `{prefix, reverse}`
   * @param fetch reads a page, like list() of keys.js
   */
  constructor(query, fetch) {
    this.#query = query;
    this.#fetch = fetch;
  }

  /** The number of known rows. */
  get rows() {
    return this.#pages.reduce((sum, page) => sum + page.rows, 0);
  }

  /** Whether all rows are known. */
  get complete() {
    return this.#ended;
  }

  /** Returns the key in a row, or null if its page is not in memory; `load` reads the page. */
  key(row) {
    const { page, first } = this.#at(row);
    return page === null || page.keys === null ? null : page.keys[row - first];
  }

  /** Returns the row of a key in the pages in memory, or -1. */
  rowOf(key) {
    let first = 0;
    for (const page of this.#pages) {
      const index = page.keys === null ? -1 : page.keys.indexOf(key);
      if (index >= 0) {
        return first + index;
      }
      first += page.rows;
    }
    return -1;
  }

  /** Reads the page of a row, or the next page if the row is not known yet. @returns whether a page was read */
  async load(row) {
    const { number } = this.#at(row);
    if (number === this.#pages.length && this.#ended) {
      return false;
    }
    if (!this.#loading.has(number)) {
      this.#loading.set(number, this.#read(number).finally(() => this.#loading.delete(number)));
    }
    await this.#loading.get(number);
    return true;
  }

  /** Drops the keys of all pages, but not where the pages begin. Visible rows are then read again. */
  refresh() {
    for (const page of this.#pages) {
      page.keys = null;
      page.rows = Math.max(page.rows, 1); // so that an empty page is read again too
    }
  }

  #at(row) {
    let first = 0;
    for (let number = 0; number < this.#pages.length; number++) {
      const page = this.#pages[number];
      if (row < first + page.rows) {
        this.#touch(number);
        return { page, first, number };
      }
      first += page.rows;
    }
    return { page: null, first, number: this.#pages.length };
  }

  async #read(number) {
    const known = this.#pages[number];
    const cursor = known === undefined ? this.#next : known.cursor;
    // A page that is followed by others keeps its last key, even if keys in it were created or deleted.
    const range = known === undefined || known.last === null ? { limit: PAGE_ROWS } : this.#upTo(known.last);
    const { keys, next, filtered } = await this.#fetch({ ...this.#query, cursor, ...range });
    const page = known ?? { cursor, last: null };
    page.keys = keys;
    page.rows = keys.length;
    this.filtered ||= filtered;
    if (page.last === null) {
      page.last = next === null ? null : keys.at(-1);
      this.#next = next;
      this.#ended = next === null;
    }
    this.#pages[number] = page;
    this.#touch(number);
    this.#dropUnused();
  }

  #upTo(last) {
    const limit = REREAD_ROWS_MAX;
    return this.#query.reverse ? { limit, start: last } : { limit, end: `${last}\0` };
  }

  #touch(number) {
    if (this.#used.at(-1) !== number) {
      this.#used = this.#used.filter((other) => other !== number);
      this.#used.push(number);
    }
  }

  #dropUnused() {
    while (this.#used.length > KEPT_PAGES) {
      this.#pages[this.#used.shift()].keys = null;
    }
  }
}
