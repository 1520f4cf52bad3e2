/**
 * The access token that is sent with requests if the server requires one. It is stored only in the session storage of
 * this tab, which is deleted when the tab is closed.
 */
import { byId } from "./dom.js";

const STORED = "kvstore-token";

let asking = null;

/** Returns the token, or null. */
export const current = () => sessionStorage.getItem(STORED);

/**
 * Asks the user for a token. If several requests need one, the dialog is shown only once.
 *
 * @param refused the token that was sent, or null; if the token has changed since then, the dialog is not shown
 * @param reason the text above the field
 * @returns whether there is a new token to try
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

function store(token) {
  if (token === null) {
    sessionStorage.removeItem(STORED);
  } else {
    sessionStorage.setItem(STORED, token);
  }
  byId("token-button").classList.toggle("set", token !== null);
  byId("token-button").textContent = token === null ? "Token" : "Token set";
}

/** Connects the button and the dialog. @param changed called when the user has entered or removed a token */
export function start(changed) {
  const dialog = byId("token-dialog");
  store(current());
  byId("token-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const token = byId("token-input").value.trim();
    byId("token-input").value = "";
    if (token !== "") {
      store(token);
      dialog.close("given");
    }
  });
  byId("token-cancel").addEventListener("click", () => dialog.close(""));
  byId("token-forget").addEventListener("click", () => {
    store(null);
    dialog.close("forgotten");
    changed();
  });
  byId("token-button").addEventListener("click", async () => {
    if (await ask(current(), "A token is needed only if the server was started with --auth_file.")) {
      changed();
    }
  });
}
