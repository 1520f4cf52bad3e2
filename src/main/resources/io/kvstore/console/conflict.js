/** Asks the person what to do where somebody else has changed a key meanwhile: both versions are seen, none is lost unseen. */
import { byId } from "./dom.js";
import * as format from "./format.js";
import { read } from "./keys.js";
import { shownBytes } from "./types.js";
import { asText } from "./value-view.js";

/**
 * @param key the key
 * @param mine what the person wanted to write, as text
 * @returns `{choice, theirs}`: "mine" to write over the state that was seen, "theirs" to leave it, "edit" to go on; and that
 *     state, null where there is none any longer
 */
export async function ask(key, mine) {
  const theirs = await read(key, shownBytes).catch((failure) => {
    if (failure.status === 404) {
      return null;
    }
    throw failure;
  });
  byId("conflict-what").textContent =
    theirs === null
      ? "Somebody else has deleted it since you read it. Nothing was written yet."
      : "There is another version than the one you began with. Nothing was written yet.";
  byId("conflict-mine").textContent = mine;
  byId("conflict-theirs").textContent = theirs === null ? "(there is none)" : asText(theirs);
  byId("conflict-about").textContent =
    theirs === null ? "" : `${theirs.type}, ${format.bytes(theirs.size)}, revision ${theirs.revision}`;
  byId("conflict-write").textContent = theirs === null ? "Create it with mine" : "Replace theirs with mine";
  byId("conflict-leave").textContent = theirs === null ? "Leave it deleted" : "Keep theirs, drop mine";
  const dialog = byId("conflict-dialog");
  dialog.returnValue = "edit";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve({ choice: dialog.returnValue || "edit", theirs }), { once: true });
  });
}

/** Wires the dialog. */
export function start() {
  const dialog = byId("conflict-dialog");
  byId("conflict-write").addEventListener("click", () => dialog.close("mine"));
  byId("conflict-leave").addEventListener("click", () => dialog.close("theirs"));
  byId("conflict-edit").addEventListener("click", () => dialog.close("edit"));
}
