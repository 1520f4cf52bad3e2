/** Reads server-sent events from a streamed response. EventSource cannot be used because it cannot send a token. */

/**
 * Calls `take` with each `{event, id, data}`. For an event that has only an id, or is only a heartbeat, `event` is ""
 * and `data` is null.
 *
 * @returns a promise that is resolved when the stream ends
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
