/**
 * The token that requests carry where the server asks who sent them. Kept in this tab's session storage and nowhere else: it
 * is gone when the tab is closed.
 */
import { byId } from "./dom.js";

const STORED = "kvstore-token";

let asking = null;

/** The token, or null. */
export const current = () => sessionStorage.getItem(STORED);

/**
 * Asks the person for a token, once however many requests want one.
 *
 * @param refused the one that was sent, or null: where there is another by now, nobody is asked
 * @param reason what to say above the field
 * @returns whether there is a token to try
 */
export function ask(refused, reason) {
  if (refused !== current()) {
    return Promise.resolve(true);
  }
  asking ??= show(reason).finally(() => (asking = null));
  return asking;
}

function show(reason) {
  const dialog = byId("token-dialog");
  const input = byId("token-input");
  byId("token-reason").textContent = reason;
  byId("token-forget").hidden = current() === null;
  input.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "given"), { once: true });
  });
}

function keep(token) {
  if (token === null) {
    sessionStorage.removeItem(STORED);
  } else {
    sessionStorage.setItem(STORED, token);
  }
  byId("token-button").classList.toggle("set", token !== null);
  byId("token-button").textContent = token === null ? "Token" : "Token set";
}

/** Wires the button and the dialog. @param changed called when the person has entered or removed a token */
export function start(changed) {
  const dialog = byId("token-dialog");
  keep(current());
  byId("token-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const token = byId("token-input").value.trim();
    byId("token-input").value = "";
    if (token !== "") {
      keep(token);
      dialog.close("given");
    }
  });
  byId("token-cancel").addEventListener("click", () => dialog.close(""));
  byId("token-forget").addEventListener("click", () => {
    keep(null);
    dialog.close("forgotten");
    changed();
  });
  byId("token-button").addEventListener("click", async () => {
    if (await ask(current(), "A server with a file of tokens wants one; others do not look at it.")) {
      changed();
    }
  });
}
