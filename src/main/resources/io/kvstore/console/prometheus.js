/** Parses the text format of Prometheus. */

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Returns the samples of a text as `{name, labels, value}`. Other lines are ignored. */
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

/** Returns the sum of all samples with a name, or null if there are none. */
export function total(samples, name) {
  const found = samples.filter((sample) => sample.name === name);
  return found.length === 0 ? null : found.reduce((sum, sample) => sum + sample.value, 0);
}

/**
 * Returns the counts of a histogram by upper bound, summed over all other labels; empty if there is no such histogram.
 */
export function buckets(samples, name) {
  const counts = new Map();
  for (const sample of samples.filter((each) => each.name === `${name}_bucket`)) {
    const bound = number(sample.labels.le);
    counts.set(bound, (counts.get(bound) ?? 0) + sample.value);
  }
  return counts;
}

/**
 * Estimates a quantile of the values that were added to a histogram between two readings. Returns null if there were
 * none.
 *
 * @param q the quantile, for example 0.99
 */
export function quantile(q, before, after) {
  const bounds = [...after.keys()].sort((a, b) => a - b);
  const counts = bounds.map((bound) => after.get(bound) - (before.get(bound) ?? 0));
  const rank = q * (counts.at(-1) ?? 0);
  const index = counts.findIndex((count) => count >= rank);
  if (rank <= 0 || index < 0) {
    return null;
  }
  const lower = index === 0 ? 0 : bounds[index - 1];
  if (bounds[index] === Infinity) {
    return lower;
  }
  const below = index === 0 ? 0 : counts[index - 1];
  return lower + ((bounds[index] - lower) * (rank - below)) / (counts[index] - below);
}
