/** Keyboard shortcuts, with a dialog that lists them. The user can turn them off. */
import { byId, element } from "./dom.js";

const STORED = "kvstore-shortcuts";

/**
 * Registers the shortcuts.
 *
 * @param actions a list of `{key, what, run}`: the key as KeyboardEvent names it, a description, and the function to
 *     call
 */
export function start(actions) {
  const list = byId("shortcuts");
  for (const { key, what } of actions) {
    list.append(element("div", {}, element("dt", {}, element("kbd", { text: key })), element("dd", { text: what })));
  }
  const on = byId("shortcuts-on");
  on.checked = localStorage.getItem(STORED) !== "off";
  on.addEventListener("change", () => localStorage.setItem(STORED, on.checked ? "on" : "off"));
  byId("help-button").addEventListener("click", () => byId("help-dialog").showModal());
  byId("help-close").addEventListener("click", () => byId("help-dialog").close());
  document.addEventListener("keydown", (event) => {
    const action = actions.find((each) => each.key === event.key);
    if (action !== undefined && on.checked && !isTaken(event)) {
      event.preventDefault();
      action.run();
    }
  });
}

/** Returns whether a keystroke is meant for a text field, a dialog or the browser, and not for a shortcut. */
function isTaken(event) {
  const textField = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select") ?? null;
  const dialog = document.querySelector("dialog[open]") !== null;
  const leaves = event.key === "Escape";
  return event.ctrlKey || event.altKey || event.metaKey || dialog || (textField !== null && !leaves);
}
