/** Deletes keys, and restores them. The page keeps the last deleted values until the user dismisses them. */
import { announce, announceFailure } from "./announce.js";
import { byId, element } from "./dom.js";
import * as format from "./format.js";
import { read, remove, write } from "./keys.js";
import { go, ofKey } from "./routes.js";
import { declaredType } from "./types.js";

const UNDO_BYTES_MAX = 16 << 20;
const UNDOS_MAX = 5;

let undos = [];

/**
 * Deletes a key, unless it has changed since the user saw it.
 *
 * @param value the state that the user saw, see keys.js
 * @param changed called with the key after each change
 * @returns whether the key no longer exists
 */
export async function deleteKey(value, changed) {
  try {
    const whole = await wholeOf(value);
    if (whole === null && !window.confirm(`The value (${format.bytes(value.size)}) is too large to restore later. Delete the key permanently?`)) {
      return false;
    }
    await remove(value.key, value.etag);
    dismissOldest();
    if (whole === null) {
      announce(`Deleted ${value.key}.`);
    } else {
      offerUndo(whole, changed);
    }
    changed(value.key);
    return true;
  } catch (failure) {
    if (failure.status === 412) {
      announce("The key was changed since you opened it, so it was not deleted. This is the current version.");
    } else if (failure.status === 404) {
      announce("The key was already deleted.");
    } else {
      announceFailure(failure);
      return false;
    }
    changed(value.key);
    return failure.status === 404;
  }
}

/** Returns the same state with all its bytes, or null if it is too large to keep. */
async function wholeOf(value) {
  if (value.whole) {
    return value;
  }
  if (value.size > UNDO_BYTES_MAX) {
    return null;
  }
  const whole = await read(value.key, () => UNDO_BYTES_MAX);
  return whole.whole ? whole : null; // possibly a newer state; then the deletion fails
}

function dismissOldest() {
  if (undos.length === UNDOS_MAX) {
    undos[0].close();
  }
}

function offerUndo(value, changed) {
  const bar = element("div", { class: "undo" }, element("span", {}, "Deleted ", element("b", { text: value.key }), "."));
  const undo = {
    close: () => {
      bar.remove();
      undos = undos.filter((other) => other !== undo);
    },
    run: async () => {
      try {
        announce(await restore(value));
        undo.close();
        changed(value.key);
      } catch (failure) {
        announceFailure(failure);
      }
    },
  };
  bar.append(
    element("button", { type: "button", class: "undo-button", text: "Undo", onclick: undo.run }),
    element("button", { type: "button", class: "quiet", text: "Dismiss", onclick: undo.close }),
  );
  byId("undos").append(bar);
  undos.push(undo);
}

async function restore(value) {
  const left = value.expires === null ? null : Math.ceil(value.expires - Date.now());
  if (left !== null && left <= 0) {
    return `${value.key} was not restored because it would have expired by now.`;
  }
  const ttl = left === null ? "" : `${left}ms`;
  try {
    await write(value.key, { body: value.bytes, type: declaredType(value.type, value.bytes), ttl }, null);
  } catch (failure) {
    if (failure.status === 412) {
      return `${value.key} was not restored because it was created again meanwhile.`;
    }
    throw failure;
  }
  go(ofKey(value.key));
  return `Restored ${value.key}${left === null ? "" : `, which expires in ${format.duration(left)}`}.`;
}

/** Undoes the last deletion that can be undone, if there is one. */
export const undoLast = () => undos.at(-1)?.run();
