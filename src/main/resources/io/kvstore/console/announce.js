/** What screen readers are told, and everybody sees, of what has happened. */
import { byId } from "./dom.js";
import { capital } from "./http.js";

/** Tells of something done. */
export function announce(text) {
  show(text, false);
}

/** Tells of a failure. One that was brought about by going elsewhere is none. */
export function complain(failure) {
  if (failure.name === "AbortError") {
    return;
  }
  if (failure.status === undefined) {
    console.error(failure);
  }
  show(`${sentence(failure)}`, true);
}

/** What a failure says, for people: of a token that does not reach, what it lacks. */
export function sentence(failure) {
  const text = capital(failure.message);
  if (failure.status === 403) {
    return `The token may not do this: ${failure.message}.`;
  }
  return text.endsWith(".") ? text : `${text}.`;
}

function show(text, isFailure) {
  const line = byId("message");
  line.hidden = false;
  line.classList.toggle("failure", isFailure);
  byId("message-text").textContent = text;
}

/** Removes what is shown. */
export function quiet() {
  byId("message").hidden = true;
  byId("message-text").textContent = "";
}
