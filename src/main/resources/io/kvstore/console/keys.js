/**
 * Reads, writes and lists keys.
 *
 * A state of a key is `{key, etag, revision, type, size, bytes, whole, expires, modified}`. `bytes` are the bytes that
 * were read, and `whole` is whether they are the whole value. `expires` is a time of this page's clock (Date.now()), or
 * null. `modified` is a Date, or null if it is unknown.
 */
import * as batched from "./keys-batched.js";
import * as direct from "./keys-direct.js";
import { encoded, send } from "./http.js";

/*
 * A browser removes the path segments . and .. from every address, even if they are percent-encoded. These two keys are
 * accessed with a batch of one operation. Every other key is a single segment with encoded slashes, which the browser
 * does not change.
 */
const access = (key) => (key === "." || key === ".." ? batched : direct);

/**
 * Reads a value.
 *
 * @param limit returns the maximum number of bytes to read, given the type of the value
 * @throws Problem with status 404 if the key does not exist
 */
export const read = (key, limit, signal) => access(key).read(key, limit, signal);

/**
 * Writes a value.
 *
 * @param content `{body, type, ttl}`: the bytes or a file; the type, or "" for none; and the time to live in the syntax
 *     of the server, "keep", or "" for no expiry
 * @param etag the ETag of the state to replace, or null if the key must not exist
 * @returns the ETag of the new state
 * @throws Problem with status 412 if the key has another state; nothing was changed then
 */
export const write = (key, content, etag) => access(key).write(key, content, etag);

/** Deletes a key. @throws Problem with status 412 if it has another state than `etag`, or 404 if it does not exist */
export const remove = (key, etag) => access(key).remove(key, etag);

/** Sets the time to live of a key, or removes its expiry if `ttl` is null. Fails like `remove`. */
export const touch = (key, ttl, etag) => access(key).touch(key, ttl, etag);

/** Returns the address from which a link can download a value, or null if there is none. */
export const link = (key) => access(key).link(key);

/**
 * Reads a page of keys.
 *
 * @param query `{prefix, start, end, reverse, limit, cursor}`, each of which may be null
 * @returns `{keys, next, filtered}`: the keys, the cursor of the next page or null, and whether keys are missing that
 *     the token may not read
 */
export async function list(query, signal) {
  const response = await send(`keys?${parameters({ ...query, values: "false" })}`, { signal });
  return {
    keys: await response.json(),
    next: response.headers.get("KV-Next-Cursor"),
    filtered: response.headers.get("KV-Filtered") === "true",
  };
}

/** Returns the number of keys with a prefix. */
export async function countOf(prefix, signal) {
  const response = await send(`keys?${parameters({ prefix, count: "true" })}`, { signal });
  return (await response.json()).count;
}

function parameters(query) {
  return Object.entries(query)
    .filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false)
    .map(([name, value]) => `${name}=${encoded(String(value))}`)
    .join("&");
}
