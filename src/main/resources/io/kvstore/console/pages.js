/**
 * A listing of any length as rows by number, of which only some pages are kept: a page that was dropped is read again by the
 * cursor before it. Only pages that follow one another can be asked for, so the rows that are known grow by a page at a time.
 */
const PAGE_ROWS = 1000;
const REREAD_ROWS_MAX = 100000;
const KEPT_PAGES = 8;

export class Pages {
  /** Each: the cursor before it, the last key in it (null in the last page), how many rows, the keys (null where dropped). */
  #pages = [];
  #loading = new Map();
  #used = [];
  #next = null;
  #ended = false;
  #query;
  #fetch;

  /** Whether the token left out keys. */
  filtered = false;

  /**
   * @param query `{prefix, reverse}`
   * @param fetch reads a page, as list() of keys.js
   */
  constructor(query, fetch) {
    this.#query = query;
    this.#fetch = fetch;
  }

  /** How many rows are known. */
  get rows() {
    return this.#pages.reduce((sum, page) => sum + page.rows, 0);
  }

  /** Whether there are no more than the known. */
  get complete() {
    return this.#ended;
  }

  /** The key in a row, or null where its page is not here; then it is to be asked for by `load`. */
  key(row) {
    const { page, first } = this.#at(row);
    return page === null || page.keys === null ? null : page.keys[row - first];
  }

  /** The row of a key among the pages that are here, or -1. */
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

  /** Reads the page of a row; of a row after the known, the next page. @returns whether something was read */
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

  /** Forgets what the keys were, but not where the pages begin: the rows that are looked at are read anew. */
  refresh() {
    for (const page of this.#pages) {
      page.keys = null;
      page.rows = Math.max(page.rows, 1); // one that was empty is to be looked at too
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
    // A page that others follow ends where it ended, however many keys have come or gone within it.
    const within = known === undefined || known.last === null ? { limit: PAGE_ROWS } : this.#upTo(known.last);
    const { keys, next, filtered } = await this.#fetch({ ...this.#query, cursor, ...within });
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
