/** Keys of the keyboard that do something, listed for the person, and off where the person wants them off. */
import { byId, element } from "./dom.js";

const STORED = "kvstore-shortcuts";

/**
 * @param actions `{key, what, run}` each: the key as KeyboardEvent names it, what it does in words, and what it does
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

/** Whether a key stroke is meant for something else: a field that is written in, a dialog, the browser. */
function isTaken(event) {
  const writes = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select") ?? null;
  const dialog = document.querySelector("dialog[open]") !== null;
  const leaves = event.key === "Escape";
  return event.ctrlKey || event.altKey || event.metaKey || dialog || (writes !== null && !leaves);
}
