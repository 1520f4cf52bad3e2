/** Formats numbers, sizes and times for display. */

const COUNT = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const THREE = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const BYTE_UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** Formats 1234567 as 1,234,567. */
export const count = (number) => COUNT.format(number);

/** Formats a number with a noun: "1 key", "2 keys". */
export const counted = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** Formats 1234567 as 1.23M. */
export const short = (number) => SHORT.format(number);

/** Formats a ratio between 0 and 1, such as 0.982, as 98.2 %. */
export const percent = (share) => `${THREE.format(100 * share)} %`;

/** Formats a size in bytes as 2.5 MiB. */
export function bytes(number) {
  let unit = 0;
  let left = number;
  while (left >= 1024 && unit < BYTE_UNITS.length - 1) {
    left /= 1024;
    unit++;
  }
  return unit === 0 ? counted(number, "byte") : `${THREE.format(left)} ${BYTE_UNITS[unit]}`;
}

/** Formats a duration in its two largest units: 2 h 5 min. */
export function duration(millis) {
  const seconds = Math.max(0, Math.round(millis / 1000));
  const parts = [
    [Math.floor(seconds / 86400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ].filter(([amount]) => amount > 0);
  return parts.length === 0 ? "0 s" : parts.slice(0, 2).map(([amount, unit]) => `${amount} ${unit}`).join(" ");
}

/** Formats a short duration, given in seconds, as 250 µs or 1.2 ms; zero as 0. */
export function latency(seconds) {
  if (seconds === 0) {
    return "0";
  }
  if (seconds < 1e-3) {
    return `${THREE.format(seconds * 1e6)} µs`;
  }
  return seconds < 1 ? `${THREE.format(seconds * 1e3)} ms` : `${THREE.format(seconds)} s`;
}

export const time = (date) => date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });

export const clockTime = (date) => date.toLocaleTimeString(undefined, { hour12: false });
