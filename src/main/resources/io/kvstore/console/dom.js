/** Elements made and found. Text goes in as text: nothing here, and nothing elsewhere, makes HTML of it. */

/** The element of the page with this id. */
export const byId = (id) => document.getElementById(id);

/**
 * Makes an element.
 *
 * @param name its tag
 * @param properties attributes by name; `onclick` and the like are listeners, `text` is the text in it; null and false are left out
 * @param children elements or texts
 */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (key === "text") {
      made.textContent = value;
    } else if (key.startsWith("on")) {
      made.addEventListener(key.slice(2), value);
    } else {
      made.setAttribute(key, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A labelled control: the label's text above, the control below. */
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
