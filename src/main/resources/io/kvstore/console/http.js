/** Requests to the server that this page came from. */
import * as token from "./token.js";

/** Where the server's paths begin: below something else where a proxy puts it there. */
const BASE = new URL("../", import.meta.url);

/** An answer that is an error, or none at all (status 0). Its message is for people. */
export class Problem extends Error {
  constructor(status, message, response = null) {
    super(message);
    this.status = status;
    this.response = response;
  }

  static async of(response) {
    let detail = `the server answered ${response.status}`;
    if ((response.headers.get("Content-Type") ?? "").startsWith("application/problem+json")) {
      detail = (await response.json()).detail ?? detail;
    }
    return new Problem(response.status, detail, response);
  }
}

/** The address of a path, which is relative: `keys/a`. */
export const address = (path) => new URL(path, BASE);

/**
 * Sends a request; asks for a token where one is wanted, and sends it again.
 *
 * @param path relative, as in `keys?limit=10`
 * @param options as fetch() has them
 * @returns the answer, whose status is below 400
 * @throws Problem for any other, or where there is none; AbortError where the signal was raised
 */
export async function send(path, options = {}) {
  for (;;) {
    const used = token.current();
    const headers = { ...options.headers };
    if (used !== null) {
      headers.Authorization = `Bearer ${used}`;
    }
    const response = await answer(path, { ...options, headers });
    if (response.ok) {
      return response;
    }
    const problem = await Problem.of(response);
    const again = response.status === 401 && (await token.ask(used, `${capital(problem.message)}.`));
    if (!again) {
      throw problem;
    }
  }
}

async function answer(path, options) {
  try {
    return await fetch(address(path), {
      cache: "no-store",
      // A browser that may send credentials of its own asks for them itself where no script is told apart from a person.
      credentials: window.isSecureContext ? "same-origin" : "omit",
      ...options,
    });
  } catch (failure) {
    if (failure.name === "AbortError") {
      throw failure;
    }
    throw new Problem(0, "The server cannot be reached");
  }
}

/** A text with a capital letter at its beginning, as a sentence has. */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** A text within a path or query. @throws Problem where it is none that UTF-8 can have */
export function encoded(text) {
  try {
    return encodeURIComponent(text);
  } catch {
    throw new Problem(0, "The text has half a surrogate pair, which no key can have");
  }
}
