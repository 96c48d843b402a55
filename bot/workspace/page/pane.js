// A list of messages that is drawn again and again: unchanged nodes stay, so focus and reading place do.

import { h, icon } from "./dom.js";
import { act } from "./api.js";
import { messageNode } from "./message.js";
import { current, model, nameOf, threadKey } from "./model.js";
import { dayKey, dayName } from "./time.js";
import { currentLanguage, t } from "./words.js";

const GROUP_SECONDS = 300;
const AT_ONCE = 150; // messages drawn before one asks for earlier ones

/** What stands in the list, in order: day dividers, messages, and status lines under their messages. */
function items(messages, { inThread, channel, ...tools }) {
  const rows = [];
  let before = null;
  let day = null;
  for (const [index, message] of messages.entries()) {
    if (day !== dayKey(message.ts)) {
      day = dayKey(message.ts);
      rows.push({ key: `day/${dayKey(message.ts)}`, sign: dayName(message.ts), make: () => h("div", { class: "day", role: "separator" }, h("span", {}, dayName(message.ts))) });
      before = null;
    }
    const near = before && before.user === message.user && message.ts - before.ts < GROUP_SECONDS;
    const compact = Boolean(near && !before.is_ephemeral === !message.is_ephemeral && !before.reply_count && !(inThread && index === 1));
    const failure = model.failures.get(threadKey(channel, message.ts)) || "";
    const sign = JSON.stringify([message, compact, failure, currentLanguage(), model.person]);
    rows.push({ key: `m/${message.ts}`, sign, make: () => messageNode(message, { compact, inThread, ...tools }) });
    before = message;
    if (inThread && index === 0 && messages.length > 1) {
      const count = messages.length === 2 ? t("reply1") : t("replies", { n: messages.length - 1 });
      rows.push({ key: "count", sign: count, make: () => h("div", { class: "day thread-count", role: "separator" }, h("span", {}, count)) });
      before = null;
    }
    if (!inThread) rows.push(...statusRow(channel, message.ts));
  }
  if (inThread && messages.length) rows.push(...statusRow(channel, messages[0].ts));
  return rows;
}

function statusRow(channel, ts) {
  const key = threadKey(channel, ts);
  const status = model.statuses.get(key);
  const working = model.sessions.get(key)?.status === "processing";
  if (!status && !working) return [];
  const lines = status?.loading_messages?.length ? status.loading_messages : [status?.status || t("working")];
  const make = () => {
    const text = h("span", { class: "status-text" }, statusText(lines[0], status));
    if (lines.length > 1) rotate(text, lines);
    return h("div", { class: "status", role: "status", "data-status": ts }, h("span", { class: "pulse", "aria-hidden": "true" }, h("i"), h("i"), h("i")), text,
      working && h("button", { type: "button", class: "button small", onclick: () => act("stop", { user: model.person, channel, thread_ts: ts }) }, icon("stop"), t("stop")));
  };
  return [{ key: `s/${ts}`, sign: JSON.stringify([lines, working, currentLanguage()]), make }];
}

/** Slack writes the app's name before a status, not before a loading message. */
const statusText = (line, status) => (status?.loading_messages?.length ? line : `${nameOf(model.bot.user_id)} ${line}`);

function rotate(node, lines) {
  let at = 0;
  const timer = setInterval(() => {
    if (!node.isConnected) return clearInterval(timer);
    at = (at + 1) % lines.length;
    node.textContent = lines[at];
  }, 3000);
}

/** Bring a list node up to date; keeps the reading place unless one was at the end. */
export function drawList(list, all, tools) {
  if (list.place !== `${tools.channel}/${all[0]?.ts}`) Object.assign(list, { place: `${tools.channel}/${all[0]?.ts}`, drawn: AT_ONCE });
  const messages = tools.inThread ? all : all.slice(-list.drawn);
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const rows = items(messages, tools);
  if (messages.length < all.length) rows.unshift(earlierRow(list, all, tools));
  const known = new Map([...list.children].map((node) => [node.rowKey, node]));
  const focused = document.activeElement?.dataset?.key;
  const focusedRow = document.activeElement?.closest?.("[data-ts]")?.dataset.ts;
  const hadFocus = list.contains(document.activeElement);
  let at = list.firstChild;
  for (const row of rows) {
    let node = known.get(row.key);
    if (!node || node.rowSign !== row.sign) {
      const fresh = Object.assign(row.make(), { rowKey: row.key, rowSign: row.sign });
      if (node) {
        if (node === at) at = fresh;
        node.replaceWith(fresh);
      }
      node = fresh;
    }
    known.delete(row.key);
    if (node === at) at = at.nextSibling;
    else list.insertBefore(node, at);
  }
  for (const node of known.values()) node.remove();
  const articles = [...list.querySelectorAll("article")];
  if (articles.length && (!hadFocus || !articles.some((node) => node.tabIndex === 0))) {
    // Coming in from outside, one lands on the newest message.
    for (const node of articles) node.tabIndex = -1;
    articles.at(-1).tabIndex = 0;
  }
  if (hadFocus && !list.contains(document.activeElement)) {
    const row = focusedRow && list.querySelector(`[data-ts="${CSS.escape(focusedRow)}"]`);
    const again = focused && row?.querySelector(`[data-key="${CSS.escape(focused)}"]`);
    (again || row)?.focus({ preventScroll: true });
  }
  if (atEnd || tools.toEnd) list.scrollTop = list.scrollHeight;
}

function earlierRow(list, all, tools) {
  const make = () => h("div", { class: "earlier" }, h("button", { type: "button", class: "button small", "data-key": "earlier", onclick: () => {
    const fromEnd = list.scrollHeight - list.scrollTop;
    list.drawn += AT_ONCE * 2;
    drawList(list, all, tools);
    list.scrollTop = list.scrollHeight - fromEnd;
  } }, t("earlier", { n: all.length - list.drawn })));
  return { key: "earlier", sign: `${all.length - list.drawn}${currentLanguage()}`, make };
}

/** Arrow keys move from message to message, Home and End to the ends, Enter opens the thread. */
export function arrowKeys(list, onOpen) {
  list.addEventListener("keydown", (event) => {
    const article = event.target.closest("article");
    if (!article || event.target !== article) return;
    const articles = [...list.querySelectorAll("article")];
    const at = articles.indexOf(article);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: articles.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      const target = articles[Math.max(0, Math.min(articles.length - 1, next))];
      article.tabIndex = -1;
      target.tabIndex = 0;
      target.focus();
      target.scrollIntoView({ block: "nearest" });
    } else if ((event.key === "Enter" || event.key === "ArrowRight") && onOpen) {
      event.preventDefault();
      onOpen(article.dataset.ts);
    }
  });
}

export const emptyNode = () => h("div", { class: "empty" }, h("img", { src: "mark.svg", alt: "", width: "44", height: "44" }), h("p", {}, current()?.is_im ? t("emptyDirect") : t("emptyChannel")));
