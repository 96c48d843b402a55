// The `markdown` block: headings, lists, tables, quotes, code, links, emphasis; straight to DOM nodes.

import { h, link } from "./dom.js";
import { glyphs } from "./emoji.js";
import { mention } from "./mrkdwn.js";

export function markdown(source, look) {
  const lines = String(source || "").replace(/\r/g, "").split("\n");
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    const fence = line.match(/^\s*(```|~~~)/);
    if (fence) {
      const code = [];
      for (at++; at < lines.length && !lines[at].trim().startsWith(fence[1]); at++) code.push(lines[at]);
      at++;
      nodes.push(h("pre", {}, h("code", {}, code.join("\n"))));
    } else if (!line.trim()) {
      at++;
    } else if (/^#{1,6}\s/.test(line)) {
      const [, marks, text] = line.match(/^(#{1,6})\s+(.*?)\s*#*$/) || [null, "#", line];
      nodes.push(h(`h${Math.min(marks.length + 2, 6)}`, { class: `md-h${Math.min(marks.length, 4)}` }, span(text, look)));
      at++;
    } else if (/^\s*([-*_])\s*(\1\s*){2,}$/.test(line)) {
      nodes.push(h("hr"));
      at++;
    } else if (line.includes("|") && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[at + 1] || "") && lines[at + 1].includes("-")) {
      const rows = [];
      const settings = cells(lines[at + 1]);
      rows.push(cells(line));
      for (at += 2; at < lines.length && lines[at].includes("|") && lines[at].trim(); at++) rows.push(cells(lines[at]));
      nodes.push(table(rows, settings, look));
    } else if (/^\s*>/.test(line)) {
      const inside = [];
      for (; at < lines.length && /^\s*>/.test(lines[at]); at++) inside.push(lines[at].replace(/^\s*> ?/, ""));
      nodes.push(h("blockquote", {}, markdown(inside.join("\n"), look)));
    } else if (ITEM.test(line)) {
      const [list, next] = readList(lines, at, look);
      nodes.push(list);
      at = next;
    } else {
      const text = [];
      for (; at < lines.length && lines[at].trim() && (!text.length || !opensBlock(lines[at])); at++) text.push(lines[at]);
      nodes.push(h("p", {}, text.flatMap((each, index) => (index ? [h("br"), ...span(each, look)] : span(each, look)))));
    }
  }
  return nodes;
}

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;
const opensBlock = (line) => ITEM.test(line) || /^(#{1,6}\s|\s*>|\s*(```|~~~))/.test(line);

function readList(lines, start, look) {
  const [, indent, mark] = lines[start].match(ITEM);
  const ordered = /\d/.test(mark);
  const list = h(ordered ? "ol" : "ul", ordered ? { start: parseInt(mark, 10) } : {});
  let at = start;
  while (at < lines.length) {
    const found = lines[at].match(ITEM);
    if (!found) {
      // A line that only continues the item above.
      if (lines[at].trim() && /^\s{2,}/.test(lines[at]) && list.lastChild) {
        list.lastChild.append(h("br"), ...span(lines[at].trim(), look));
        at++;
        continue;
      }
      break;
    }
    if (found[1].length > indent.length && list.lastChild) {
      const [inner, next] = readList(lines, at, look);
      list.lastChild.append(inner);
      at = next;
      continue;
    }
    if (found[1].length < indent.length || /\d/.test(found[2]) !== ordered) break;
    const task = found[3].match(/^\[( |x|X)\]\s+(.*)$/);
    list.append(h("li", {}, task ? [task[1] === " " ? "☐ " : "☑ ", ...span(task[2], look)] : span(found[3], look)));
    at++;
  }
  return [list, at];
}

const cells = (line) =>
  line.trim().replace(/^\|/, "").replace(/\|$/, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));

function table(rows, settings, look) {
  const align = settings.map((each) => (/^:.*:$/.test(each) ? "center" : /:$/.test(each) ? "right" : "left"));
  const row = (tag, each) => h("tr", {}, rows[0].map((_, index) => h(tag, { class: `align-${align[index] || "left"}` }, span(each[index] || "", look))));
  return h("div", { class: "table-wrap", tabindex: "0", role: "group" },
    h("table", {}, h("thead", {}, row("th", rows[0])), h("tbody", {}, rows.slice(1).map((each) => row("td", each)))));
}

// Character references are read as CommonMark has it: Slack wants & < > written so, and shows the signs.
const SIGNS = { amp: "&", lt: "<", gt: ">", quot: '"' };
const RULES = [
  [/&(amp|lt|gt|quot);/, (found) => SIGNS[found[1]]],
  [/`([^`]+)`/, (found) => h("code", {}, found[1])],
  [/!\[([^\]]*)\]\(([^)\s]+)[^)]*\)/, (found) => link(found[2], found[1] || found[2])],
  [/\[([^\]]+)\]\(([^)\s]+)(?:\s+"[^"]*")?\)/, (found, look) => link(found[2], span(found[1], look))],
  [/<@([A-Z0-9]+)(?:\|[^>]*)?>/, (found, look) => mention(found[1], look)],
  [/<(https?:[^>|]+)(?:\|([^>]*))?>/, (found) => link(found[1], found[2] || found[1])],
  [/\*\*\*(?=\S)(.+?)\*\*\*/, (found, look) => h("strong", {}, h("em", {}, span(found[1], look)))],
  [/\*\*(?=\S)(.+?)\*\*/, (found, look) => h("strong", {}, span(found[1], look))],
  [/__(?=\S)(.+?)__(?!\w)/, (found, look) => h("strong", {}, span(found[1], look))],
  [/~~(?=\S)(.+?)~~/, (found, look) => h("s", {}, span(found[1], look))],
  [/\*(?=[^\s*])([^*]*[^\s*])\*/, (found, look) => h("em", {}, span(found[1], look))],
  [/(?<![\p{L}\p{N}_])_(?=[^\s_])([^_]*[^\s_])_(?![\p{L}\p{N}_])/u, (found, look) => h("em", {}, span(found[1], look))],
  [/(?<![("'<])https?:\/\/[^\s<>，。；：、（）]+[^\s<>，。；：、（）.,;:!?)]/, (found) => link(found[0], found[0])],
  [/\\([\\`*_{}[\]()#+\-.!|~>])/, (found) => found[1]],
];

/** Emphasis, code and links inside a line: the leftmost rule wins, the rest follows. */
export function span(text, look) {
  const nodes = [];
  let rest = text;
  while (rest) {
    let first = null;
    for (const [pattern, make] of RULES) {
      const found = pattern.exec(rest);
      if (found && (!first || found.index < first.found.index)) first = { found, make };
    }
    if (!first) break;
    if (first.found.index) nodes.push(...glyphs(rest.slice(0, first.found.index)));
    nodes.push(first.make(first.found, look));
    rest = rest.slice(first.found.index + first.found[0].length);
  }
  if (rest) nodes.push(...glyphs(rest));
  return nodes;
}
