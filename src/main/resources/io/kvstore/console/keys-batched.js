/** Accesses a key that a browser cannot put into an address, with a batch of one operation; see keys.js. */
import { decoded, encoded, fromBase64, toBase64 } from "./bytes.js";
import { Problem, send } from "./http.js";
import { BYTES, TEXT } from "./types.js";

async function run(operation, signal) {
  const response = await send("batch", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ops: [operation] }),
    signal,
  });
  const serverTime = Date.parse(response.headers.get("Date") ?? "") || Date.now();
  const [result] = (await response.json()).results;
  if (result.status === 404) {
    throw new Problem(404, "there is no such key", response);
  }
  return { ...result, serverTime };
}

export async function read(key, limit, signal) {
  const { etag, row, serverTime } = await run({ op: "get", key }, signal);
  const bytes = row.base64 === undefined ? encoded(row.value) : fromBase64(row.base64);
  const type = row.type ?? (row.base64 === undefined ? TEXT : BYTES);
  const shown = bytes.subarray(0, limit(type));
  return {
    key,
    etag,
    revision: row.revision,
    type,
    size: bytes.length,
    bytes: shown,
    whole: shown.length === bytes.length,
    expires: row.expires === undefined ? null : Date.now() + Date.parse(row.expires) - serverTime,
    modified: null,
  };
}

export async function write(key, content, etag) {
  const bytes = content.body instanceof Blob ? new Uint8Array(await content.body.arrayBuffer()) : content.body;
  const text = decoded(bytes);
  const operation = { op: "put", key, ...(text === null ? { base64: toBase64(bytes) } : { value: text }) };
  if (content.type !== "") {
    operation.type = content.type;
  }
  if (content.ttl !== "") {
    operation.ttl = content.ttl;
  }
  const condition = etag === null ? { if_none_match: "*" } : { if_match: etag };
  return (await run({ ...operation, ...condition })).etag;
}

export async function remove(key, etag) {
  await run({ op: "delete", key, if_match: etag });
}

export async function touch(key, ttl, etag) {
  await run(ttl === null ? { op: "persist", key, if_match: etag } : { op: "touch", key, ttl, if_match: etag });
}

export const link = () => null;
