// The page as a whole: what is where, what is drawn when, which key does what.

import { act, follow } from "./api.js";
import { composer } from "./composer.js";
import { showHelp } from "./dialogs.js";
import { announce, fill, h, icon } from "./dom.js";
import { drawModals, homeNode } from "./modal.js";
import { absorb, become, current, direct, loadMessages, loadRest, loadState, loadThread, markRead, model, nameOf, names, threadKey, user } from "./model.js";
import { bare } from "./mrkdwn.js";
import { arrowKeys, drawList, emptyNode } from "./pane.js";
import { drawRail, railKeys } from "./rail.js";
import { applyTheme, drawTop, toggleTheme } from "./top.js";
import { setLanguage, t, toggleLanguage } from "./words.js";

const node = Object.fromEntries(["top", "frame", "rail", "conversation", "thread", "skip"].map((id) => [id, document.getElementById(id)]));
const list = h("div", { class: "messages", role: "list", id: "messages" });
const threadList = h("div", { class: "messages", role: "list", id: "replies" });
const mainComposer = composer({ id: "composer-main", thread: false });
const threadComposer = composer({ id: "composer-thread", thread: true });
const head = h("header", { class: "pane-head" });
const home = h("div", { class: "home-pane", hidden: true });
const prompts = h("div", { class: "prompts", hidden: true });
const empty = h("div", { class: "empty-place" });
const threadHead = h("header", { class: "pane-head" });
const wide = matchMedia("(min-width: 900px)");

node.conversation.append(head, home, empty, list, prompts, mainComposer.node);
node.thread.append(threadHead, threadList, threadComposer.node);

const topActions = {
  become: (person) => switchPerson(person),
  switchLanguage: () => {
    toggleLanguage();
    drawEverything();
  },
  toggleMenu: () => node.frame.classList.toggle("menu-open"),
};

async function switchPerson(person) {
  await become(person);
  applyPlace();
  drawEverything({ toEnd: true });
  announce(`${t("person")} ${nameOf(person)}`);
}

/** The address keeps the place, so that a reload or a link comes back to it. */
function applyPlace() {
  const place = `#/${model.channel || ""}${model.thread ? `/${model.thread}` : ""}`;
  if (location.hash !== place) history.replaceState(null, "", place);
}

async function go(chosen) {
  // Of a rail that still shows the person before, only the direct message is not here too: one's own is meant.
  const channel = model.channels.some((each) => each.id === chosen) ? chosen : direct()?.id;
  Object.assign(model, { channel, thread: null, messages: [], replies: [], tab: "messages" });
  node.frame.classList.remove("menu-open");
  applyPlace();
  if (current()?.is_im) act("home", { user: model.person, tab: "messages" });
  await loadMessages();
  await markRead();
  drawEverything({ toEnd: true });
  if (wide.matches) mainComposer.area.focus();
}

async function openThread(ts, focus = false) {
  const message = model.messages.find((each) => each.ts === ts);
  if (message?.is_ephemeral) return;
  const fresh = model.thread !== ts;
  Object.assign(model, { thread: ts, replies: fresh ? [message].filter(Boolean) : model.replies });
  applyPlace();
  await loadThread();
  drawMessages({ toEnd: fresh });
  if (focus) threadComposer.area.focus();
}

function closeThread() {
  const ts = model.thread;
  const inside = node.thread.contains(document.activeElement);
  Object.assign(model, { thread: null, replies: [] });
  applyPlace();
  drawMessages();
  if (inside) (list.querySelector(`[data-ts="${CSS.escape(ts)}"]`) || mainComposer.area).focus();
}

async function showTab(tab) {
  model.tab = tab;
  if (tab === "home") model.thread = null;
  await act("home", { user: model.person, tab });
  drawMessages({ toEnd: true });
}

function drawHead() {
  const channel = current();
  const focused = head.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const tab = (name) => h("button", { type: "button", role: "tab", "aria-selected": String(model.tab === name), "data-key": `tab/${name}`, onclick: () => showTab(name) }, t(name));
  const title = channel?.is_im ? nameOf(model.bot.user_id) : channel?.name;
  fill(head,
    h("h1", { title }, channel && !channel.is_im && icon(channel.is_private ? "lock" : "hash"), h("span", {}, title || "")),
    channel?.is_ext_shared && h("span", { class: "badge warn" }, t("sharedWith")),
    channel?.is_im ? h("span", { class: "topic" }, t("agent")) : h("span", { class: "topic" }, channel?.topic || ""),
    channel?.is_im ? h("div", { class: "tabs", role: "tablist" }, tab("messages"), tab("home"))
      : channel && h("span", { class: "members", title: channel.members.map(nameOf).join(", ") }, t("members", { n: channel.members.length })));
  if (focused) head.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function drawPrompts() {
  const shown = current()?.is_im && (model.prompts.get(threadKey(model.channel, model.thread)) || model.prompts.get(threadKey(model.channel, "")));
  prompts.hidden = !shown || model.tab === "home" || Boolean(model.thread);
  if (prompts.hidden) return;
  fill(prompts, h("span", { class: "quiet" }, shown.title || t("suggestions")), shown.prompts.map((each) =>
    h("button", { type: "button", class: "prompt", title: each.message, onclick: () => act("say", { user: model.person, channel: model.channel, text: each.message }) }, each.title)));
}

function drawMessages(options = {}) {
  const homeShown = current()?.is_im && model.tab === "home";
  drawHead();
  drawPrompts();
  home.hidden = !homeShown;
  list.hidden = Boolean(homeShown) || !model.messages.length;
  mainComposer.node.hidden = Boolean(homeShown);
  fill(empty, !homeShown && !model.messages.length && emptyNode());
  empty.hidden = !empty.firstChild;
  if (homeShown) drawHome();
  list.setAttribute("aria-label", t("messages"));
  drawList(list, model.messages, { inThread: false, channel: model.channel, openThread, redraw: drawMessages, ...options });
  mainComposer.refresh();
  node.thread.hidden = !model.thread;
  node.frame.classList.toggle("thread-open", Boolean(model.thread));
  if (!model.thread) return;
  node.thread.setAttribute("aria-label", t("thread"));
  fill(threadHead, h("h1", {}, h("span", {}, t("thread"))), h("span", { class: "topic" }, current()?.is_im ? nameOf(model.bot.user_id) : `#${current()?.name}`),
    h("button", { type: "button", class: "icon-button", "aria-label": t("close"), title: `${t("close")} · Esc`, onclick: closeThread }, icon("close")));
  threadList.setAttribute("aria-label", t("thread"));
  drawList(threadList, model.replies, { inThread: true, channel: model.channel, openThread, redraw: drawMessages, ...options });
  threadComposer.refresh();
}

function drawHome() {
  const focused = home.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const scrolled = home.scrollTop;
  fill(home, homeNode(drawHome));
  home.scrollTop = scrolled;
  if (focused) home.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function drawEverything(options) {
  document.title = `${current()?.is_im ? nameOf(model.bot.user_id) : `#${current()?.name || ""}`} · ${model.team.name}`;
  node.skip.textContent = t("skip");
  drawTop(node.top, topActions);
  drawRail(node.rail, go);
  drawMessages(options);
  drawModals();
}

/** An answer to one's latest question opens its thread, unless one is writing in another. */
function openAnswer(change) {
  const { message } = change;
  if (change.type !== "message" || change.channel !== model.channel || !wide.matches || model.tab === "home") return;
  if (message.user !== model.bot.user_id || !message.thread_ts || message.thread_ts === message.ts) return;
  if (message.parent_user_id !== model.person || message.thread_ts === model.thread) return;
  const busy = model.thread && (message.thread_ts !== model.asked || threadComposer.area.value);
  if (!busy) openThread(message.thread_ts);
}

async function onChange(change) {
  const draws = absorb(change);
  if (draws.has("everything")) {
    await reload();
    return;
  }
  const mine = !change.for || change.for.includes(model.person);
  if (mine && change.type === "message" && change.channel === model.channel) {
    if (change.message.user !== model.person) announce(`${t("newMessage", { who: nameOf(change.message.user) })}: ${bare(change.message.text, names).slice(0, 300)}`);
    openAnswer(change);
    await markRead();
  }
  if (draws.has("top")) drawTop(node.top, topActions);
  if (draws.has("rail") || draws.has("top")) drawRail(node.rail, go);
  if (draws.has("messages")) drawMessages({ toEnd: mine && change.type === "message" && change.message.user === model.person });
  if (change.type === "message" && !mine) drawTop(node.top, topActions);
  if (draws.has("views")) drawModals();
}

async function reload() {
  await loadState();
  if (!current()) Object.assign(model, { channel: model.channels[0]?.id, thread: null });
  await Promise.all([loadMessages(), loadThread(), loadRest()]);
  if (model.thread && !model.replies.length) model.thread = null;
  drawEverything();
}

const inField = (target) => target.closest("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  if (event.altKey && /^Digit[1-9]$/.test(event.code)) {
    const person = model.people[Number(event.code.slice(5)) - 1];
    if (person) {
      event.preventDefault();
      switchPerson(person);
    }
  } else if (event.altKey && event.code === "KeyT") {
    event.preventDefault();
    toggleTheme();
    drawTop(node.top, topActions);
  } else if (event.key === "F6") {
    event.preventDefault();
    nextRegion(event.shiftKey ? -1 : 1);
  } else if (event.key === "Escape") {
    if (node.frame.classList.contains("menu-open")) node.frame.classList.remove("menu-open");
    else if (model.thread) closeThread();
  } else if (!inField(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const target = { m: mainComposer.area, r: model.thread && threadComposer.area }[event.key.toLowerCase()];
    if (event.key === "?") showHelp();
    else if (target) {
      event.preventDefault();
      target.focus();
    }
  }
});

function nextRegion(step) {
  const last = (within) => within.querySelector('article[tabindex="0"]');
  const regions = [
    [node.top, node.top.querySelector('[aria-checked="true"]')], [node.rail, node.rail.querySelector('[tabindex="0"]')],
    [list, last(list)], [mainComposer.node, mainComposer.area], [threadList, model.thread && last(threadList)], [threadComposer.node, model.thread && threadComposer.area],
  ].filter(([, target]) => target && target.offsetParent !== null);
  const at = regions.findIndex(([region]) => region.contains(document.activeElement));
  regions[(at + step + regions.length) % regions.length]?.[1].focus();
}

for (const [place, target] of [[node.conversation, mainComposer], [node.thread, threadComposer]]) {
  place.addEventListener("dragover", (event) => event.preventDefault());
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    target.attach(event.dataTransfer.files);
  });
}

async function start() {
  applyTheme();
  railKeys(node.rail);
  arrowKeys(list, (ts) => openThread(ts, true));
  arrowKeys(threadList);
  const [, channel, thread] = location.hash.split("/");
  model.person = localStorage.getItem("person");
  try {
    await loadState();
  } catch {
    model.person = null; // somebody of an earlier seed
    await loadState();
  }
  model.channel = channel || null;
  setLanguage(user(model.person)?.locale);
  await become(model.person);
  if (thread && current()?.id === channel) model.thread = thread;
  await loadThread();
  if (!model.replies.length) model.thread = null;
  await markRead();
  drawEverything({ toEnd: true });
  let opened = false;
  follow(onChange, (linked) => {
    model.linked = linked;
    // After a break something may have been missed.
    if (linked && opened) reload();
    opened ||= linked;
    drawTop(node.top, topActions);
  });
  document.addEventListener("visibilitychange", () => markRead().then(() => drawRail(node.rail, go)));
  mainComposer.area.focus();
  document.documentElement.dataset.ready = "";
}

start();
