// WhatsApp's own markup, and links, as nodes.

import { make } from "./elements.js";

const MARKS = [
  [/```([^]+?)```/, "code"],
  [/`([^`\n]+)`/, "code"],
  [/(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]*?\S)\*(?![\p{L}\p{N}*])/u, "strong"],
  [/(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*?\S)_(?![\p{L}\p{N}_])/u, "em"],
  [/(?<![\p{L}\p{N}~])~(?=\S)([^~\n]*?\S)~(?![\p{L}\p{N}~])/u, "s"],
];
const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}]/;

export function formatted(text, channel) {
  return channel === "whatsapp" ? marked(text) : linked(text);
}

function marked(text) {
  let first = null;
  for (const [pattern, name] of MARKS) {
    const match = pattern.exec(text);
    if (match && (first === null || match.index < first.match.index)) first = { match, name };
  }
  if (first === null) return linked(text);
  const { match, name } = first;
  const inner = name === "code" ? [match[1]] : marked(match[1]);
  const after = text.slice(match.index + match[0].length);
  return [...linked(text.slice(0, match.index)), make(name, {}, ...inner), ...marked(after)];
}

function linked(text) {
  const match = LINK.exec(text);
  if (!match) return text ? [text] : [];
  const link = make("a", { href: match[0], target: "_blank", rel: "noopener noreferrer" }, match[0]);
  return [text.slice(0, match.index), link, ...linked(text.slice(match.index + match[0].length))];
}
