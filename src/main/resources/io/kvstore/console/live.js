/**
 * The live view: shows changes of the store as they happen. After a lost connection it resumes after the last change
 * that it received. Only the newest rows are kept.
 */
import { announceFailure, sentence } from "./announce.js";
import { byId, element } from "./dom.js";
import { readEvents } from "./events.js";
import * as format from "./format.js";
import { encoded, send } from "./http.js";
import { ofKey } from "./routes.js";

const ROWS_MAX = 300;
const VALUE_CHARACTERS_MAX = 120;
const RETRY_MILLIS = [500, 1000, 2000, 5000, 10000];

export class LiveView {
  #stream = null;
  #lastId = null;
  #pending = [];
  #discarded = 0;
  #total = 0;
  #paused = false;
  #frame = null;

  constructor() {
    byId("live-pause").addEventListener("click", () => this.#pause(!this.#paused));
    byId("live-clear").addEventListener("click", () => byId("live-rows").replaceChildren());
    byId("live-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.restart();
    });
    byId("live-values").addEventListener("change", () => this.restart());
  }

  /** Starts following changes. */
  open() {
    if (this.#stream === null) {
      this.#stream = new AbortController();
      this.#follow(this.#stream.signal);
    }
  }

  /** Stops following changes. */
  close() {
    this.#stream?.abort();
    this.#stream = null;
    this.#lastId = null;
    this.#state("Stopped");
  }

  restart() {
    this.close();
    this.open();
  }

  togglePause() {
    this.#pause(!this.#paused);
  }

  async #follow(signal) {
    for (let failures = 0; !signal.aborted; ) {
      try {
        const response = await send(`watch${this.#query()}`, { signal, headers: this.#headers() });
        byId("live-filtered").hidden = response.headers.get("KV-Filtered") !== "true";
        this.#state("Following");
        await readEvents(response, (event) => {
          failures = 0;
          this.#take(event);
        });
      } catch (failure) {
        if (signal.aborted) {
          return;
        }
        if (failure.status === 410) {
          this.#lastId = null;
          this.#add(element("tr", { class: "gap" }, element("td", { colspan: 5, text: "Changes are missing here, because the server no longer has them." })));
          continue;
        }
        if (failure.status >= 400 && failure.status !== 503) {
          this.#state(sentence(failure));
          announceFailure(failure);
          this.#stream = null;
          return;
        }
      }
      const millis = RETRY_MILLIS[Math.min(failures++, RETRY_MILLIS.length - 1)];
      this.#state("Reconnecting");
      await pause(millis, signal);
    }
  }

  #query() {
    const parts = [];
    if (byId("live-prefix").value !== "") {
      parts.push(`prefix=${encoded(byId("live-prefix").value)}`);
    }
    if (!byId("live-values").checked) {
      parts.push("values=false");
    }
    return parts.length === 0 ? "" : `?${parts.join("&")}`;
  }

  #headers() {
    return this.#lastId === null ? {} : { "Last-Event-ID": this.#lastId };
  }

  #take({ event, id, data }) {
    this.#lastId = id ?? this.#lastId;
    if (data !== null && event !== "reset") {
      this.#total++;
      this.#add(changeRow(event, JSON.parse(data)));
    }
  }

  #add(row) {
    this.#pending.push(row);
    if (this.#pending.length > ROWS_MAX) {
      this.#pending.shift();
      this.#discarded++;
    }
    this.#scheduleRender();
  }

  #scheduleRender() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#render();
    });
  }

  #render() {
    byId("live-total").textContent = `${format.counted(this.#total, "change")}${this.#heldBack()}`;
    if (!this.#paused && this.#pending.length > 0) {
      const rows = byId("live-rows");
      rows.prepend(...this.#pending.reverse());
      this.#pending = [];
      this.#discarded = 0;
      while (rows.rows.length > ROWS_MAX) {
        rows.deleteRow(-1);
      }
    }
  }

  #heldBack() {
    const count = this.#pending.length + this.#discarded;
    return this.#paused && count > 0 ? `, ${format.count(count)} of them since you paused` : "";
  }

  #pause(paused) {
    this.#paused = paused;
    byId("live-pause").textContent = paused ? "Resume" : "Pause";
    byId("live-pause").setAttribute("aria-pressed", paused);
    this.#scheduleRender();
  }

  #state(text) {
    byId("live-state").textContent = text;
  }
}

function changeRow(event, row) {
  return element(
    "tr",
    {},
    element("td", { text: format.clockTime(new Date()) }),
    element("td", {}, element("span", { class: `event ${event}`, text: event })),
    element("td", { class: "key" }, element("a", { href: ofKey(row.key), text: row.key })),
    element("td", { class: "preview", text: preview(row) }),
    element("td", { class: "number", text: format.count(row.revision) }),
  );
}

function preview(row) {
  const text = row.value ?? (row.base64 === undefined ? "" : `base64 ${row.base64}`);
  return text.length > VALUE_CHARACTERS_MAX ? `${text.slice(0, VALUE_CHARACTERS_MAX)}…` : text;
}

function pause(millis, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
