/** The message bar: shows the result of the last action, also to screen readers. */
import { byId } from "./dom.js";
import { capital } from "./http.js";

/** Shows that an action succeeded. */
export function announce(text) {
  show(text, false);
}

/** Shows a failure, unless the page itself aborted the request because the user left the view. */
export function announceFailure(failure) {
  if (failure.name === "AbortError") {
    return;
  }
  if (failure.status === undefined) {
    console.error(failure);
  }
  show(`${sentence(failure)}`, true);
}

/** Returns a failure as a sentence for the user. */
export function sentence(failure) {
  const text = capital(failure.message);
  if (failure.status === 403) {
    return `Access denied: ${failure.message}.`;
  }
  return text.endsWith(".") ? text : `${text}.`;
}

function show(text, isFailure) {
  const bar = byId("message");
  bar.hidden = false;
  bar.classList.toggle("failure", isFailure);
  byId("message-text").textContent = text;
}

/** Hides the message. */
export function clearMessage() {
  byId("message").hidden = true;
  byId("message-text").textContent = "";
}
