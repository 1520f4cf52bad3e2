/** Sends requests to the server that served this page. */
import * as token from "./token.js";

/** The base address of the server. A proxy may serve it below another path. */
const BASE = new URL("../", import.meta.url);

/** An error response, or a request without a response (status 0). The message is for the user. */
export class Problem extends Error {
  constructor(status, message, response = null) {
    super(message);
    this.status = status;
    this.response = response;
  }

  static async of(response) {
    let detail = `the server responded with status ${response.status}`;
    if ((response.headers.get("Content-Type") ?? "").startsWith("application/problem+json")) {
      detail = (await response.json()).detail ?? detail;
    }
    return new Problem(response.status, detail, response);
  }
}

/** Returns the address of a relative path such as `keys/a`. */
export const address = (path) => new URL(path, BASE);

/**
 * Sends a request. If the server requires a token, asks the user for one and sends the request again.
 *
 * @param path relative, such as `keys?limit=10`
 * @param options those of fetch()
 * @returns the response, if its status is below 400
 * @throws Problem for any other response, or if there is none; AbortError if the signal was aborted
 */
export async function send(path, options = {}) {
  for (;;) {
    const used = token.current();
    const headers = { ...options.headers };
    if (used !== null) {
      headers.Authorization = `Bearer ${used}`;
    }
    const response = await fetched(path, { ...options, headers });
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

async function fetched(path, options) {
  try {
    return await fetch(address(path), {
      cache: "no-store",
      // Outside a secure context, "omit" keeps the browser from asking for a password itself when the server responds with 401.
      credentials: window.isSecureContext ? "same-origin" : "omit",
      ...options,
    });
  } catch (failure) {
    if (failure.name === "AbortError") {
      throw failure;
    }
    throw new Problem(0, "the server cannot be reached");
  }
}

/** Returns a text with its first letter in upper case. */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Encodes a text for use in a path or query. @throws Problem if the text is not valid Unicode */
export function encoded(text) {
  try {
    return encodeURIComponent(text);
  } catch {
    throw new Problem(0, "the text contains half of a surrogate pair, which a key cannot contain");
  }
}
