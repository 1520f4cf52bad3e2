/** Deleting a key, and putting it back: what was deleted is kept by this page until the person dismisses it. */
import { announce, complain } from "./announce.js";
import { byId, element } from "./dom.js";
import * as format from "./format.js";
import { read, remove, write } from "./keys.js";
import { go, ofKey } from "./routes.js";
import { declaredType } from "./types.js";

const UNDO_BYTES_MAX = 16 << 20;
const KEPT_MAX = 5;

let undos = [];

/**
 * Deletes a key in the state that the person sees.
 *
 * @param value a state of it, see keys.js
 * @param changed called after each change, with the key
 * @returns whether it is gone
 */
export async function deleteKey(value, changed) {
  try {
    const whole = await wholeOf(value);
    if (whole === null && !window.confirm(`${format.bytes(value.size)} are too much to put back. Delete it for good?`)) {
      return false;
    }
    await remove(value.key, value.etag);
    quietOldest();
    if (whole === null) {
      announce(`Deleted ${value.key}.`);
    } else {
      offerUndo(whole, changed);
    }
    changed(value.key);
    return true;
  } catch (failure) {
    if (failure.status === 412) {
      announce("Somebody has changed it since you looked. Nothing was deleted; this is what it is now.");
    } else if (failure.status === 404) {
      announce("Somebody else has deleted it already.");
    } else {
      complain(failure);
      return false;
    }
    changed(value.key);
    return failure.status === 404;
  }
}

/** The same state with all its bytes, or null where these are too many to keep. */
async function wholeOf(value) {
  if (value.whole) {
    return value;
  }
  if (value.size > UNDO_BYTES_MAX) {
    return null;
  }
  const whole = await read(value.key, () => UNDO_BYTES_MAX);
  return whole.whole ? whole : null; // of another state perhaps: then the deletion fails
}

function quietOldest() {
  if (undos.length === KEPT_MAX) {
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
        announce(await putBack(value));
        undo.close();
        changed(value.key);
      } catch (failure) {
        complain(failure);
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

async function putBack(value) {
  const left = value.expires === null ? null : Math.ceil(value.expires - Date.now());
  if (left !== null && left <= 0) {
    return `${value.key} would have expired by now, and was not put back.`;
  }
  const ttl = left === null ? "" : `${left}ms`;
  try {
    await write(value.key, { body: value.bytes, type: declaredType(value.type, value.bytes), ttl }, null);
  } catch (failure) {
    if (failure.status === 412) {
      return `Somebody has created ${value.key} meanwhile. It was left as it is.`;
    }
    throw failure;
  }
  go(ofKey(value.key));
  return `${value.key} is back${left === null ? "" : `, and expires in ${format.duration(left)}`}.`;
}

/** Undoes the deletion that can be undone and was made last, if there is one. */
export const undoLast = () => undos.at(-1)?.run();
