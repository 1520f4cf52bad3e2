/** Reads server-sent events from an answer that goes on: EventSource itself cannot send a token. */

/**
 * Calls `take` with each `{event, id, data}`: `event` is "" and `data` null where there was only an id, or nothing but a sign
 * of life.
 *
 * @returns when the stream has ended
 */
export async function readEvents(response, take) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    blocks.forEach((block) => take(parsed(block)));
  }
}

function parsed(block) {
  const found = { event: "", id: null, data: null };
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) {
      found[line.slice(0, colon)] = line.slice(colon + 1).replace(/^ /, "");
    }
  }
  return found;
}
