/**
 * Finds and creates elements. Text is always inserted as text, here and elsewhere in the console, and never parsed as
 * HTML.
 */

/** Returns the element with an id. */
export const byId = (id) => document.getElementById(id);

/**
 * Creates an element.
 *
 * @param name its tag
 * @param properties attributes by name; `onclick` and the like add listeners, `text` sets the text; null and false are
 *     ignored
 * @param children elements or texts
 */
export function element(name, properties = {}, ...children) {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (key === "text") {
      created.textContent = value;
    } else if (key.startsWith("on")) {
      created.addEventListener(key.slice(2), value);
    } else {
      created.setAttribute(key, value === true ? "" : value);
    }
  }
  created.append(...children.filter((child) => child !== null));
  return created;
}

/** Returns a labelled control: the label above the control, and the hint below. */
export function field(label, control, hint = null) {
  const id = control.id || `field-${nextId++}`;
  control.id = id;
  const parts = [element("label", { for: id, text: label }), control];
  if (hint !== null) {
    control.setAttribute("aria-describedby", `${id}-hint`);
    parts.push(element("p", { id: `${id}-hint`, class: "hint", text: hint }));
  }
  return element("div", { class: "field" }, ...parts);
}

let nextId = 1;
