/** A line chart as SVG. For screen readers, its values are also given in words and in a table. */
import { element } from "./dom.js";
import { clockTime } from "./format.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 150;
const LEFT = 58;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 20;
const TABLE_ROWS = 10;

/**
 * Returns the distance between grid lines: 1, 2 or 5 times a power of ten in the unit of `top`, so that at most four
 * steps reach it.
 */
function step(top, thousand) {
  const unit = thousand ** Math.max(0, Math.floor(Math.log(top) / Math.log(thousand)));
  const rough = top / unit / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return unit * power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
}

export class Chart {
  #figure;
  #drawing = svg("svg", { height: HEIGHT, "aria-hidden": "true" });
  #words = element("p", { class: "words" });
  #table = element("table");
  #format;
  #lines;
  #thousand;

  /**
   * @param title the title
   * @param lines the names of its lines, at most two
   * @param format converts a value to text
   * @param thousand the factor from one unit to the next: 1000, or 1024 for bytes
   */
  constructor(title, lines, format, thousand) {
    this.#thousand = thousand;
    this.#lines = lines;
    this.#format = format;
    const legend = lines.map((line, index) => element("span", { class: `legend line-${index}`, text: line }));
    this.#figure = element(
      "figure",
      { class: "chart", "aria-label": title },
      element("figcaption", {}, element("h2", { text: title }), lines.length > 1 ? element("span", {}, ...legend) : null),
      this.#drawing,
      this.#words,
      element("details", {}, element("summary", { text: "Show as table" }), this.#table),
    );
  }

  get figure() {
    return this.#figure;
  }

  /**
   * Draws the lines, and updates the words and the table.
   *
   * @param points `{time, values}`, oldest first; a value is null if it is missing
   */
  draw(points) {
    this.#drawLines(points);
    this.#words.textContent = this.#lines.map((line, index) => this.#sentence(points, line, index)).join(" ");
    this.#tabulate(points.slice(-TABLE_ROWS).reverse());
  }

  #sentence(points, line, index) {
    const values = points.map((point) => point.values[index]).filter((value) => value !== null);
    if (values.length === 0) {
      return `${line}: no data yet.`;
    }
    const [now, low, high] = [values.at(-1), Math.min(...values), Math.max(...values)].map(this.#format);
    return `${line}: ${now} now, from ${low} to ${high}.`;
  }

  #tabulate(points) {
    const row = (cell, texts) => element("tr", {}, ...texts.map((text) => element(cell, { text })));
    this.#table.replaceChildren(
      element("thead", {}, row("th", ["Time", ...this.#lines])),
      element(
        "tbody",
        {},
        ...points.map(({ time, values }) =>
          row("td", [clockTime(new Date(time)), ...values.map((value) => (value === null ? "–" : this.#format(value)))]),
        ),
      ),
    );
  }

  #drawLines(points) {
    const width = Math.max(200, this.#figure.clientWidth - 24);
    const all = points.flatMap((point) => point.values).filter((value) => value !== null);
    const grid = step(Math.max(...all, 0) || 1, this.#thousand);
    const top = grid * Math.max(1, Math.ceil(Math.max(...all, 0) / grid));
    const [from, to] = [points[0]?.time ?? 0, points.at(-1)?.time ?? 1];
    const x = (time) => LEFT + ((width - LEFT - RIGHT) * (time - from)) / Math.max(1, to - from);
    const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
    this.#drawing.setAttribute("width", width);
    this.#drawing.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.#drawing.replaceChildren();
    for (let value = 0; value <= top * 1.0001; value += grid) {
      this.#drawing.append(
        svg("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value) }),
        svg("text", { x: LEFT - 6, y: y(value) + 3.5, "text-anchor": "end" }, this.#format(value)),
      );
    }
    if (points.length > 1) {
      this.#drawing.append(
        svg("text", { x: LEFT, y: HEIGHT - 5 }, clockTime(new Date(from))),
        svg("text", { x: width - RIGHT, y: HEIGHT - 5, "text-anchor": "end" }, clockTime(new Date(to))),
      );
    }
    this.#lines.forEach((_, index) => {
      const path = pathOf(points, (point) => point.values[index], x, y);
      this.#drawing.append(svg("path", { class: `line line-${index}`, d: path }));
    });
  }
}

/** Returns an SVG path through the points that have a value, with gaps at those that do not. */
function pathOf(points, value, x, y) {
  let pen = "M";
  let path = "";
  for (const point of points) {
    if (value(point) === null) {
      pen = "M";
    } else {
      path += `${pen}${x(point.time).toFixed(1)} ${y(value(point)).toFixed(1)}`;
      pen = "L";
    }
  }
  return path;
}

function svg(name, attributes, text = "") {
  const created = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => created.setAttribute(key, value));
  created.textContent = text;
  return created;
}
