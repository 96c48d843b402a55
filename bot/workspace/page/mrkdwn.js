// Slack's mrkdwn to DOM nodes: *bold*, _italic_, ~strike~, `code`, quotes, lists, <links>, :emoji:.

import { h, link } from "./dom.js";
import { glyphs } from "./emoji.js";
import { slackDate } from "./time.js";

export const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
const plain = (text) => glyphs(unescape(text));

/** A text object (`plain_text` or `mrkdwn`) as nodes. */
export function textObject(text, look) {
  if (!text) return [];
  if (typeof text === "string") return glyphs(text);
  if (text.type === "mrkdwn") return mrkdwn(text.text, look);
  return lines(text.text).map((each) => (each === "\n" ? h("br") : glyphs(each)));
}

const lines = (text) => text.split(/(\n)/).filter((each) => each !== "");

/** `look` answers names: look.user(id), look.channel(id). */
export function mrkdwn(text, look) {
  const nodes = [];
  for (const [index, part] of String(text || "").split(/```\n?([\s\S]*?)\n?```/).entries()) {
    if (index % 2) nodes.push(h("pre", {}, h("code", {}, unescape(part.replace(/<([^|>]+)(?:\|[^>]*)?>/g, "$1")))));
    else if (part) nodes.push(...paragraphs(part, look));
  }
  return nodes;
}

function paragraphs(text, look) {
  const nodes = [];
  let quote = null;
  let list = null;
  let after = false; // whether a line break is owed before the next line
  for (const line of text.split("\n")) {
    const quoted = line.match(/^(?:&gt;|>) ?(.*)$/);
    const item = line.match(/^\s*(?:[•◦▪‣]|-(?= )|\*(?= )) ?(.*)$/) || line.match(/^\s*(\d+)\. (.*)$/);
    if (quoted) {
      if (!quote) nodes.push((quote = h("blockquote")));
      else quote.append(h("br"));
      quote.append(...inline(quoted[1], look));
      [list, after] = [null, false];
      continue;
    }
    if (item) {
      const ordered = item.length === 3;
      const tag = ordered ? "OL" : "UL";
      if (!list || list.tagName !== tag) nodes.push((list = h(tag.toLowerCase(), ordered ? { start: item[1] } : {})));
      list.append(h("li", {}, inline(item[item.length - 1], look)));
      [quote, after] = [null, false];
      continue;
    }
    [quote, list] = [null, null];
    if (after) nodes.push(h("br"));
    nodes.push(...inline(line, look));
    after = true;
  }
  return nodes;
}

const MARKS = { "*": "strong", _: "em", "~": "s" };

/** One line: code first, then <…>, then paired marks that stand at the edges of words. */
export function inline(text, look) {
  const nodes = [];
  for (const [index, part] of text.split(/`([^`\n]+)`/).entries()) {
    if (index % 2) nodes.push(h("code", {}, unescape(part)));
    else nodes.push(...marked(part, look));
  }
  return nodes;
}

function marked(text, look) {
  const found = /(^|[^\p{L}\p{N}*_~])([*_~])(?=\S)((?:<[^>]*>|(?!\2)[^\n])*?\S)\2(?![\p{Script=Latin}\p{N}])/u.exec(text)
    // Between Chinese characters there is no space to mark the edge of a word.
    || /(^|\p{Script=Han}|[，。；：、（）])([*_~])(?=\S)((?:<[^>]*>|(?!\2)[^\n])*?\S)\2(?=$|\p{Script=Han}|[，。；：、（）\s])/u.exec(text);
  if (!found) return angled(text, look);
  const start = found.index + found[1].length;
  const insideAngle = text.lastIndexOf("<", start) > text.lastIndexOf(">", start);
  if (insideAngle) return angled(text, look);
  return [
    ...angled(text.slice(0, start), look),
    h(MARKS[found[2]], {}, marked(found[3], look)),
    ...marked(text.slice(found.index + found[0].length), look),
  ];
}

function angled(text, look) {
  return text
    .split(/<([^<>]+)>/)
    .flatMap((part, index) => (index % 2 ? reference(part, look) : plain(part)));
}

function reference(inside, look) {
  const [target, label] = [inside.split("|")[0], inside.includes("|") ? inside.slice(inside.indexOf("|") + 1) : ""];
  if (target.startsWith("@")) return mention(target.slice(1), look);
  if (target.startsWith("#")) return h("span", { class: "mention" }, "#", label || look?.channel?.(target.slice(1)) || target.slice(1));
  if (target.startsWith("!date^")) {
    const [, seconds, pattern] = target.split("^");
    return /^\d+$/.test(seconds) ? slackDate(seconds, pattern || "{date}") : plain(label);
  }
  if (target.startsWith("!subteam")) return h("span", { class: "mention" }, label || "@group");
  if (target.startsWith("!")) return h("span", { class: "mention mention-all" }, "@", target.slice(1).split("^")[0]);
  return link(unescape(target), plain(label || target.replace(/^mailto:/, "")));
}

export function mention(id, look) {
  const mine = look?.me === id;
  return h("span", { class: mine ? "mention mention-me" : "mention" }, "@", look?.user?.(id) || id);
}

/** The text without marks, for announcements and labels. */
export function bare(text, look) {
  return h("span", {}, mrkdwn(text, look)).textContent;
}
