/** Reads the text format of Prometheus. */

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** The samples of a text: `{name, labels, value}`. What is no sample is left out. */
export function parse(text) {
  return text
    .split("\n")
    .map((line) => SAMPLE.exec(line))
    .filter((match) => match !== null)
    .map(([, name, labels = "", value]) => ({ name, labels: parseLabels(labels), value: number(value) }));
}

function parseLabels(text) {
  const unescaped = (value) => value.replace(/\\(.)/g, (_, escaped) => (escaped === "n" ? "\n" : escaped));
  return Object.fromEntries(Array.from(text.matchAll(LABEL), ([, name, value]) => [name, unescaped(value)]));
}

const number = (text) => (text === "+Inf" ? Infinity : text === "-Inf" ? -Infinity : Number(text));

/** The sum of all samples of a name, or null where there is none. */
export function total(samples, name) {
  const found = samples.filter((sample) => sample.name === name);
  return found.length === 0 ? null : found.reduce((sum, sample) => sum + sample.value, 0);
}

/** A histogram's counts by upper bound, over all its other labels; empty where there is none. */
export function buckets(samples, name) {
  const counts = new Map();
  for (const sample of samples.filter((each) => each.name === `${name}_bucket`)) {
    const bound = number(sample.labels.le);
    counts.set(bound, (counts.get(bound) ?? 0) + sample.value);
  }
  return counts;
}

/**
 * The value below which a share of what came between two readings of a histogram lies, as far as its bounds tell; null
 * where nothing came.
 */
export function quantile(share, before, after) {
  const bounds = [...after.keys()].sort((a, b) => a - b);
  const counts = bounds.map((bound) => after.get(bound) - (before.get(bound) ?? 0));
  const wanted = share * (counts.at(-1) ?? 0);
  const index = counts.findIndex((count) => count >= wanted);
  if (wanted <= 0 || index < 0) {
    return null;
  }
  const lower = index === 0 ? 0 : bounds[index - 1];
  if (bounds[index] === Infinity) {
    return lower;
  }
  const below = index === 0 ? 0 : counts[index - 1];
  return lower + ((bounds[index] - lower) * (wanted - below)) / (counts[index] - below);
}
