/**
 * The changes of the store as they come. After a break it goes on after the last change that was seen; of what comes, the
 * newest rows are kept.
 */
import { complain, sentence } from "./announce.js";
import { byId, element } from "./dom.js";
import { readEvents } from "./events.js";
import * as format from "./format.js";
import { encoded, send } from "./http.js";
import { ofKey } from "./routes.js";

const ROWS_MAX = 300;
const VALUE_CHARACTERS_MAX = 120;
const AGAIN_MILLIS = [500, 1000, 2000, 5000, 10000];

export class LiveView {
  #stream = null;
  #lastId = null;
  #waiting = [];
  #missed = 0;
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

  /** Follows from now on. */
  open() {
    if (this.#stream === null) {
      this.#stream = new AbortController();
      this.#follow(this.#stream.signal);
    }
  }

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
          this.#add(element("tr", { class: "gap" }, element("td", { colspan: 5, text: "Changes are missing here: the server no longer has those that came meanwhile." })));
          continue;
        }
        if (failure.status >= 400 && failure.status !== 503) {
          this.#state(sentence(failure));
          complain(failure);
          this.#stream = null;
          return;
        }
      }
      const millis = AGAIN_MILLIS[Math.min(failures++, AGAIN_MILLIS.length - 1)];
      this.#state("Connecting again");
      await rest(millis, signal);
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
    this.#waiting.push(row);
    if (this.#waiting.length > ROWS_MAX) {
      this.#waiting.shift();
      this.#missed++;
    }
    this.#later();
  }

  #later() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#render();
    });
  }

  #render() {
    byId("live-total").textContent = `${format.counted(this.#total, "change")}${this.#told()}`;
    if (!this.#paused && this.#waiting.length > 0) {
      const rows = byId("live-rows");
      rows.prepend(...this.#waiting.reverse());
      this.#waiting = [];
      this.#missed = 0;
      while (rows.rows.length > ROWS_MAX) {
        rows.deleteRow(-1);
      }
    }
  }

  #told() {
    const held = this.#waiting.length + this.#missed;
    return this.#paused && held > 0 ? `, ${format.count(held)} of them since the pause` : "";
  }

  #pause(paused) {
    this.#paused = paused;
    byId("live-pause").textContent = paused ? "Go on" : "Pause";
    byId("live-pause").setAttribute("aria-pressed", paused);
    this.#later();
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

function rest(millis, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
