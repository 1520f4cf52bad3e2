/** The page of charts: figures of /stats and /metrics, asked for every two seconds while it is open, and kept for ten minutes. */
import { sentence } from "./announce.js";
import { Chart } from "./chart.js";
import { byId } from "./dom.js";
import * as format from "./format.js";
import { send } from "./http.js";
import { buckets, parse, quantile, total } from "./prometheus.js";

const EVERY_MILLIS = 2000;
const KEPT = 300;

const SECONDS = "kvstore_http_request_duration_seconds";

/*
 * What is drawn. `values` makes the values of the lines out of a reading and the one before it; null for a line without one.
 * A chart none of whose lines ever had a value is not shown: a mode without a cache has no rate of hits.
 */
const CHARTS = [
  {
    title: "Requests per second",
    lines: ["Requests"],
    format: format.short,
    values: (now, before) => [perSecond(now, before, (reading) => total(reading.metrics, `${SECONDS}_count`))],
  },
  {
    title: "Latency",
    lines: ["Median", "99th percentile"],
    format: format.latency,
    values: (now, before) => {
      const [after, earlier] = [buckets(now.metrics, SECONDS), buckets(before.metrics, SECONDS)];
      return [quantile(0.5, earlier, after), quantile(0.99, earlier, after)];
    },
  },
  {
    title: "Changes per second",
    lines: ["Commits"],
    format: format.short,
    values: (now, before) => [perSecond(now, before, (reading) => reading.stats.revision)],
  },
  { title: "Revision", lines: ["Revision"], format: format.short, values: (now) => [now.stats.revision] },
  { title: "Keys", lines: ["Keys"], format: format.short, values: (now) => [now.stats.keys] },
  {
    title: "Size on disk",
    lines: ["Size"],
    format: format.bytes,
    thousand: 1024,
    values: (now) => [now.stats.mode === "memory" ? null : now.stats.bytes],
  },
  {
    title: "Cache hit rate",
    lines: ["Hits"],
    format: format.percent,
    values: (now, before) => [hitRate(now.stats.cache, before.stats.cache)],
  },
];

/** How fast a counter grew; null where it is not there, and where a server that was started anew counts from the beginning. */
function perSecond(now, before, counter) {
  const [after, earlier] = [counter(now), counter(before)];
  return after === null || earlier === null || after < earlier || now === before
    ? null
    : (1000 * (after - earlier)) / (now.time - before.time);
}

function hitRate(now, before) {
  if (now === null || before === null) {
    return null;
  }
  const hits = now.hits - before.hits;
  const all = hits + now.misses - before.misses;
  return all > 0 && hits >= 0 ? hits / all : null;
}

export class ChartsView {
  #charts = CHARTS.map((kind) => ({ ...kind, chart: new Chart(kind.title, kind.lines, kind.format, kind.thousand ?? 1000), points: [] }));
  #before = null;
  #open = null;

  /** Reads and draws from now on. */
  open() {
    if (this.#open === null) {
      this.#open = new AbortController();
      this.#poll(this.#open.signal);
    }
  }

  close() {
    this.#open?.abort();
    this.#open = null;
  }

  async #poll(signal) {
    while (!signal.aborted) {
      try {
        const reading = await read(signal);
        this.#take(reading);
        byId("charts-state").textContent = told(reading.stats);
      } catch (failure) {
        if (signal.aborted) {
          return;
        }
        byId("charts-state").textContent = sentence(failure);
        if (failure.status === 401) {
          this.#open = null; // asked for once: whoever says no is not asked every two seconds
          return;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MILLIS));
    }
  }

  #take(reading) {
    const before = this.#before ?? reading;
    this.#before = reading;
    for (const { chart, values, points } of this.#charts) {
      points.push({ time: reading.time, values: values(reading, before).map((value) => value ?? null) });
      points.splice(0, points.length - KEPT);
      const drawn = points.some((point) => point.values.some((value) => value !== null));
      if (drawn) {
        byId("charts").contains(chart.figure) || this.#place(chart);
        chart.draw(points);
      }
    }
  }

  /** Puts a chart in its place among those that are there. */
  #place(chart) {
    const shown = this.#charts.map((each) => each.chart).filter((each) => each === chart || each.figure.isConnected);
    byId("charts").replaceChildren(...shown.map((each) => each.figure));
  }
}

async function read(signal) {
  const stats = await (await send("stats", { signal })).json();
  return { time: Date.now(), stats, metrics: await readMetrics(signal) };
}

/** None where the server has none, or does not show them to this token. */
async function readMetrics(signal) {
  try {
    const samples = parse(await (await send("metrics", { signal, headers: { Accept: "text/plain" } })).text());
    return samples.filter((sample) => sample.labels.route !== "/watch"); // which takes as long as somebody watches
  } catch (failure) {
    if (failure.status === 404 || failure.status === 403) {
      return [];
    }
    throw failure;
  }
}

function told(stats) {
  const parts = [`Mode ${stats.mode}`, `up for ${format.duration(1000 * stats.uptime_seconds)}`];
  if (stats.durability !== null) {
    parts.push(`durability ${stats.durability}`);
  }
  return `${parts.join(", ")}${stats.writable ? "" : `. It takes no writes: ${stats.failure}`}`;
}
