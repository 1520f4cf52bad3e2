/**
 * Formats and colours JSON token by token. The text is not parsed into numbers or objects, so long numbers, duplicate
 * names and escapes are shown as they are stored.
 */
import { element } from "./dom.js";

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Returns a fragment of text and coloured spans. @param text valid JSON */
export function highlighted(text) {
  const out = document.createDocumentFragment();
  const tokens = text.match(TOKEN) ?? [];
  let depth = 0;
  const newLine = () => out.append(`\n${"  ".repeat(depth)}`);
  tokens.forEach((token, index) => {
    const next = tokens[index + 1];
    if (token === "{" || token === "[") {
      out.append(token);
      if (next !== "}" && next !== "]") {
        depth++;
        newLine();
      }
    } else if (token === "}" || token === "]") {
      const before = tokens[index - 1];
      if (before !== "{" && before !== "[") {
        depth--;
        newLine();
      }
      out.append(token);
    } else if (token === ",") {
      out.append(token);
      newLine();
    } else if (token === ":") {
      out.append(": ");
    } else {
      out.append(element("span", { class: kind(token, next), text: token }));
    }
  });
  return out;
}

function kind(token, next) {
  if (token.startsWith('"')) {
    return next === ":" ? "json-name" : "json-string";
  }
  return /^[-\d]/.test(token) ? "json-number" : "json-word";
}
