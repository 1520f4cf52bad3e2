/**
 * The charts view: polls /stats and /metrics every two seconds while it is open, and keeps the readings of ten minutes.
 */
import { sentence } from "./announce.js";
import { Chart } from "./chart.js";
import { byId } from "./dom.js";
import * as format from "./format.js";
import { send } from "./http.js";
import { buckets, parse, quantile, total } from "./prometheus.js";

const POLL_MILLIS = 2000;
const READINGS_MAX = 300;

const SECONDS = "kvstore_http_request_duration_seconds";

/*
 * The charts. `values` computes the values of the lines from a reading and the one before it; null if a line has no
 * value. A chart appears once one of its lines has a value, so a mode without a cache shows no hit rate.
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

/** Returns the rate of a counter, or null if the counter is missing or was reset by a restart of the server. */
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

  /** Starts polling and drawing. */
  open() {
    if (this.#open === null) {
      this.#open = new AbortController();
      this.#poll(this.#open.signal);
    }
  }

  /** Stops polling. */
  close() {
    this.#open?.abort();
    this.#open = null;
  }

  async #poll(signal) {
    while (!signal.aborted) {
      try {
        const reading = await read(signal);
        this.#take(reading);
        byId("charts-state").textContent = summary(reading.stats);
      } catch (failure) {
        if (signal.aborted) {
          return;
        }
        byId("charts-state").textContent = sentence(failure);
        if (failure.status === 401) {
          this.#open = null; // the user cancelled the token dialog; polling on would show it every two seconds
          return;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
    }
  }

  #take(reading) {
    const before = this.#before ?? reading;
    this.#before = reading;
    for (const { chart, values, points } of this.#charts) {
      points.push({ time: reading.time, values: values(reading, before).map((value) => value ?? null) });
      points.splice(0, points.length - READINGS_MAX);
      const hasValues = points.some((point) => point.values.some((value) => value !== null));
      if (hasValues) {
        byId("charts").contains(chart.figure) || this.#place(chart);
        chart.draw(points);
      }
    }
  }

  /** Adds a chart to the page, at its position among the others. */
  #place(chart) {
    const shown = this.#charts.map((each) => each.chart).filter((each) => each === chart || each.figure.isConnected);
    byId("charts").replaceChildren(...shown.map((each) => each.figure));
  }
}

async function read(signal) {
  const stats = await (await send("stats", { signal })).json();
  return { time: Date.now(), stats, metrics: await readMetrics(signal) };
}

/** Returns the metrics, or an empty list if the server has none or does not permit this token to read them. */
async function readMetrics(signal) {
  try {
    const samples = parse(await (await send("metrics", { signal, headers: { Accept: "text/plain" } })).text());
    return samples.filter((sample) => sample.labels.route !== "/watch"); // a watch lasts as long as its client listens
  } catch (failure) {
    if (failure.status === 404 || failure.status === 403) {
      return [];
    }
    throw failure;
  }
}

function summary(stats) {
  const parts = [`Mode ${stats.mode}`, `up for ${format.duration(1000 * stats.uptime_seconds)}`];
  if (stats.durability !== null) {
    parts.push(`durability ${stats.durability}`);
  }
  return `${parts.join(", ")}${stats.writable ? "" : `. It accepts no writes: ${stats.failure}`}`;
}
