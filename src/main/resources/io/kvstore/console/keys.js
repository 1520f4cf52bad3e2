/**
 * What is asked of the store about keys.
 *
 * A state of a key is `{key, etag, revision, type, size, bytes, whole, expires, modified}`: `bytes` are as many as were read and
 * `whole` says whether they are all; `expires` is a time of this page's own clock (Date.now()), or null; `modified` is a
 * Date, or null where it is not known.
 */
import * as batched from "./keys-batched.js";
import * as direct from "./keys-direct.js";
import { encoded, send } from "./http.js";

/*
 * A browser takes the segments . and .. out of every address, also where they are percent-encoded. These two keys are
 * reached by a batch of one operation; every other key is a single segment with its slashes encoded, and left alone.
 */
const door = (key) => (key === "." || key === ".." ? batched : direct);

/**
 * Reads a value.
 *
 * @param bound how many bytes of it at most, given its type
 * @throws Problem with status 404 where there is none
 */
export const read = (key, bound, signal) => door(key).read(key, bound, signal);

/**
 * Writes a value.
 *
 * @param content `{body, type, ttl}`: the bytes (or a file), its type or "" for none, and how long it is to live as the server
 *     reads it, "keep", or "" for ever
 * @param etag the only state that may be replaced; null where there must be none
 * @returns the ETag of the new state
 * @throws Problem with status 412 where there is another state; nothing was changed then
 */
export const write = (key, content, etag) => door(key).write(key, content, etag);

/** Deletes a key in this state; a Problem with status 412 or 404 where there is another one, or none. */
export const remove = (key, etag) => door(key).remove(key, etag);

/** Lets a key in this state expire after a while, or never where `ttl` is null. Fails as `remove`. */
export const touch = (key, ttl, etag) => door(key).touch(key, ttl, etag);

/** Where a value can be downloaded from without a script, or null where it cannot. */
export const link = (key) => door(key).link(key);

/**
 * A page of keys.
 *
 * @param query `{prefix, start, end, reverse, limit, cursor}`, those left out that are null
 * @returns `{keys, next, filtered}`: the cursor of the page after it or null, and whether the token left out keys
 */
export async function list(query, signal) {
  const response = await send(`keys?${parameters({ ...query, values: "false" })}`, { signal });
  return {
    keys: await response.json(),
    next: response.headers.get("KV-Next-Cursor"),
    filtered: response.headers.get("KV-Filtered") === "true",
  };
}

/** How many keys begin with a prefix. */
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
