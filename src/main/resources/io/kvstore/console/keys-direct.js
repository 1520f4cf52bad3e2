/** Accesses a key at its own address; see keys.js. */
import { readAtMost } from "./bytes.js";
import { address, encoded, send } from "./http.js";

const path = (key) => `keys/${encoded(key)}`;

export async function read(key, limit, signal) {
  const response = await send(path(key), { signal });
  const type = response.headers.get("Content-Type");
  const size = Number(response.headers.get("Content-Length") ?? 0);
  const ttl = response.headers.get("KV-TTL");
  const modified = response.headers.get("Last-Modified");
  const expires = ttl === null ? null : Date.now() + 1000 * Number(ttl);
  const { bytes, whole } = await readAtMost(response, limit(type));
  return {
    key,
    etag: response.headers.get("ETag"),
    revision: Number(response.headers.get("KV-Revision")),
    type,
    size: whole ? bytes.length : size,
    bytes,
    whole,
    expires,
    modified: modified === null ? null : new Date(modified),
  };
}

export async function write(key, content, etag) {
  const headers = etag === null ? { "If-None-Match": "*" } : { "If-Match": etag };
  if (content.type !== "") {
    headers["Content-Type"] = content.type;
  }
  if (content.ttl !== "") {
    headers["KV-TTL"] = content.ttl;
  }
  // Without this, the browser would send the type of the file.
  const body = content.body instanceof Blob ? content.body.slice(0, content.body.size, "") : content.body;
  const response = await send(path(key), { method: "PUT", headers, body });
  return response.headers.get("ETag");
}

export async function remove(key, etag) {
  await send(path(key), { method: "DELETE", headers: { "If-Match": etag } });
}

export async function touch(key, ttl, etag) {
  const query = ttl === null ? "op=persist" : `op=touch&ttl=${encodeURIComponent(ttl)}`;
  await send(`${path(key)}?${query}`, { method: "POST", headers: { "If-Match": etag } });
}

export const link = (key) => address(path(key)).href;
