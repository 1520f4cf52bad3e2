/**
 * A list box over Pages. Only the visible rows, and some around them, are elements. Its height is that of the known
 * rows, but at most that of SPAN_ROWS rows, because browsers limit the height of elements. In longer lists, this span
 * moves along while the user scrolls.
 */
import { element } from "./dom.js";

const ROW_PIXELS = 28;
const AROUND_ROWS = 12;
const AHEAD_ROWS = 400;
const SPAN_ROWS = 20000;
const MOVE_ROWS = SPAN_ROWS / 2;

export class VirtualList {
  #box;
  #spacer = element("div", { class: "spacer", role: "presentation" });
  #elements = new Map();
  #pages = null;
  #base = 0;
  #active = 0;
  #chosen = null;
  #frame = null;
  #failed = false;
  #onOpen;
  #onFailure;
  #onChange;

  /**
   * @param box the element that scrolls
   * @param open called with the key that the user chose
   * @param change called after the list was rendered
   * @param failure called when a page could not be read
   */
  constructor(box, { open, change, failure }) {
    this.#box = box;
    this.#onOpen = open;
    this.#onChange = change;
    this.#onFailure = failure;
    box.append(this.#spacer);
    box.addEventListener("scroll", () => this.#scheduleRender());
    box.addEventListener("keydown", (event) => this.#press(event));
    box.addEventListener("click", (event) => this.#click(event));
    new ResizeObserver(() => this.#scheduleRender()).observe(box);
  }

  /** Shows other pages, from their beginning. @returns whether their first page could be read */
  async show(pages) {
    this.#pages = pages;
    this.#base = 0;
    this.#active = 0;
    this.#failed = false;
    await this.#load(0);
    if (this.#pages !== pages) {
      return false;
    }
    this.#elements.forEach((row) => row.remove());
    this.#elements.clear();
    this.#box.scrollTop = 0;
    this.#render();
    return !this.#failed;
  }

  /** Reads the visible rows again. */
  refresh() {
    this.#failed = false;
    this.#pages?.refresh();
    this.#render();
  }

  /** Marks the key that is open in the detail view; null for none. */
  choose(key) {
    this.#chosen = key;
    const row = key === null || this.#pages === null ? -1 : this.#pages.rowOf(key);
    if (row >= 0) {
      this.#active = row;
    }
    this.#scheduleRender();
  }

  focus() {
    this.#box.focus();
  }

  #scheduleRender() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#render();
    });
  }

  get #span() {
    return Math.min(this.#pages.rows - this.#base, SPAN_ROWS);
  }

  #render() {
    if (this.#pages === null) {
      return;
    }
    this.#moveSpan();
    const rows = this.#pages.rows;
    this.#spacer.style.height = `${this.#span * ROW_PIXELS}px`;
    const top = this.#base + Math.floor(this.#box.scrollTop / ROW_PIXELS);
    const visible = Math.ceil(this.#box.clientHeight / ROW_PIXELS);
    const first = Math.max(this.#base, top - AROUND_ROWS);
    const end = Math.min(this.#base + this.#span, top + visible + AROUND_ROWS);
    for (const [row, shown] of this.#elements) {
      if (row < first || row >= end) {
        shown.remove();
        this.#elements.delete(row);
      }
    }
    for (let row = first; row < end; row++) {
      this.#renderRow(row);
    }
    const active = this.#elements.get(this.#active);
    if (active === undefined) {
      this.#box.removeAttribute("aria-activedescendant");
    } else {
      this.#box.setAttribute("aria-activedescendant", active.id);
    }
    if (end + AHEAD_ROWS >= rows && !this.#pages.complete) {
      this.#load(rows);
    }
    this.#onChange();
  }

  #renderRow(row) {
    let shown = this.#elements.get(row);
    if (shown === undefined) {
      shown = element("div", { id: `row-${row}`, class: "row", role: "option", text: "…" });
      shown.dataset.row = row;
      this.#elements.set(row, shown);
      this.#spacer.append(shown);
    }
    const key = this.#pages.key(row);
    if (key === null) {
      this.#load(row);
    }
    if (key !== null && shown.textContent !== key) {
      shown.textContent = key;
      shown.title = key;
    }
    shown.style.transform = `translateY(${(row - this.#base) * ROW_PIXELS}px)`;
    shown.setAttribute("aria-posinset", row + 1);
    shown.setAttribute("aria-setsize", this.#pages.complete ? this.#pages.rows : -1);
    shown.setAttribute("aria-selected", key !== null && key === this.#chosen);
    shown.classList.toggle("active", row === this.#active);
  }

  /**
   * Moves the span by half its length when the user scrolls near its end and there are more rows. Visible rows keep
   * their position.
   */
  #moveSpan() {
    const at = this.#box.scrollTop / ROW_PIXELS;
    const beyond = this.#pages.rows - this.#base - SPAN_ROWS;
    if (beyond > 0 && at > 0.75 * SPAN_ROWS) {
      this.#moveBy(Math.min(beyond, MOVE_ROWS));
    } else if (this.#base > 0 && at < 0.25 * SPAN_ROWS) {
      this.#moveBy(-Math.min(this.#base, MOVE_ROWS));
    }
  }

  #moveBy(rows) {
    const top = this.#box.scrollTop - rows * ROW_PIXELS;
    this.#base += rows;
    this.#spacer.style.height = `${this.#span * ROW_PIXELS}px`;
    this.#box.scrollTop = top;
  }

  async #load(row) {
    const pages = this.#pages;
    if (this.#failed) {
      return; // until the user refreshes the list
    }
    try {
      if (await pages.load(row)) {
        this.#scheduleRender();
      }
    } catch (failure) {
      if (pages === this.#pages && !this.#failed) {
        this.#failed = true;
        this.#onFailure(failure);
      }
    }
  }

  #click(event) {
    const row = event.target.closest(".row");
    if (row !== null) {
      this.#active = Number(row.dataset.row);
      this.#open();
    }
  }

  #open() {
    // The key that the row shows. While its page is read again, the row may get another key.
    const key = this.#elements.get(this.#active)?.title || this.#pages?.key(this.#active) || null;
    if (key !== null) {
      this.#onOpen(key);
    }
  }

  #press(event) {
    const page = Math.max(1, Math.floor(this.#box.clientHeight / ROW_PIXELS) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.ctrlKey || event.altKey || event.metaKey || this.#pages === null) {
      return;
    }
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#open();
    } else if (event.key in steps) {
      event.preventDefault();
      const last = Math.max(0, this.#pages.rows - 1);
      this.#active = Math.min(last, Math.max(0, this.#active + steps[event.key]));
      this.#reveal();
    }
  }

  #reveal() {
    if (this.#active < this.#base || this.#active >= this.#base + this.#span) {
      this.#base = Math.max(0, this.#active - MOVE_ROWS);
      this.#spacer.style.height = `${this.#span * ROW_PIXELS}px`;
    }
    const top = (this.#active - this.#base) * ROW_PIXELS;
    const bottom = top + ROW_PIXELS - this.#box.clientHeight;
    if (this.#box.scrollTop > top) {
      this.#box.scrollTop = top;
    } else if (this.#box.scrollTop < bottom) {
      this.#box.scrollTop = bottom;
    }
    this.#render();
  }
}
