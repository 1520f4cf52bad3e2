/** The conflict dialog: if a key was changed since it was read, shows both versions and asks the user which to keep. */
import { byId } from "./dom.js";
import * as format from "./format.js";
import { read } from "./keys.js";
import { shownBytes } from "./types.js";
import { asText } from "./value-view.js";

/**
 * Shows the dialog.
 *
 * @param key the key
 * @param mine the version of the user, as text
 * @returns `{choice, stored}`: "mine" to replace the stored version that was shown, "stored" to keep it, or "edit" to
 *     continue editing; and the stored version, null if the key was deleted
 */
export async function ask(key, mine) {
  const stored = await read(key, shownBytes).catch((failure) => {
    if (failure.status === 404) {
      return null;
    }
    throw failure;
  });
  byId("conflict-what").textContent =
    stored === null
      ? "The key was deleted since you opened it. Your version was not saved."
      : "The key was changed since you opened it. Your version was not saved.";
  byId("conflict-mine").textContent = mine;
  byId("conflict-theirs").textContent = stored === null ? "(deleted)" : asText(stored);
  byId("conflict-about").textContent =
    stored === null ? "" : `${stored.type}, ${format.bytes(stored.size)}, revision ${stored.revision}`;
  byId("conflict-write").textContent = stored === null ? "Create it with your version" : "Replace the stored version";
  byId("conflict-leave").textContent = stored === null ? "Leave it deleted" : "Discard your version";
  const dialog = byId("conflict-dialog");
  dialog.returnValue = "edit";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve({ choice: dialog.returnValue || "edit", stored }), { once: true });
  });
}

/** Connects the buttons of the dialog. */
export function start() {
  const dialog = byId("conflict-dialog");
  byId("conflict-write").addEventListener("click", () => dialog.close("mine"));
  byId("conflict-leave").addEventListener("click", () => dialog.close("stored"));
  byId("conflict-edit").addEventListener("click", () => dialog.close("edit"));
}
