// What the page knows: who one is, where one is, what is said there. Drawing happens elsewhere.

import { act, look } from "./api.js";
import { setLanguage } from "./words.js";

export const model = {
  person: null, team: null, bot: null, users: new Map(), people: [], channels: [], commands: [], shortcuts: [], connections: 0, linked: true,
  channel: null, thread: null, asked: null, tab: "messages", messages: [], replies: [], statuses: new Map(), sessions: new Map(), prompts: new Map(),
  views: [], home: null, others: new Map(), drafts: new Map(), values: new Map(), chosen: new Map(), failures: new Map(),
};

export const current = () => model.channels.find((each) => each.id === model.channel) || null;
export const threadKey = (channel, ts) => `${channel}/${ts || ""}`;
export const user = (id) => model.users.get(id);
export const nameOf = (id) => {
  const found = user(id);
  return found ? found.display_name || found.real_name || found.name : id;
};
export const direct = () => model.channels.find((each) => each.is_im);

/** The names that renderers ask for. */
export const names = {
  get me() {
    return model.person;
  },
  user: (id) => nameOf(id),
  channel: (id) => model.channels.find((each) => each.id === id)?.name,
  people: () => model.people.map((id) => ({ id, name: nameOf(id) })),
  channels: () => model.channels.filter((each) => !each.is_im),
};

export async function loadState() {
  const person = model.person;
  const state = await look("state", { user: person });
  // The person may have become somebody else while this was on its way.
  if (person === model.person) takeState(state);
}

function takeState(state) {
  Object.assign(model, { team: state.team, bot: state.bot, people: state.people, commands: state.commands, shortcuts: state.shortcuts, connections: state.connections });
  model.users = new Map(state.users.map((each) => [each.id, each]));
  model.channels = state.channels;
  if (!model.person) model.person = state.people[0];
}

export async function loadRest() {
  const person = model.person;
  const [views, rest] = await Promise.all([look("views", { user: person }), look("statuses")]);
  if (person === model.person) Object.assign(model, { views: views.views, home: views.home });
  model.statuses = new Map(rest.statuses.map((each) => [threadKey(each.channel, each.thread_ts), each]));
  model.sessions = new Map(rest.sessions.map((each) => [threadKey(each.channel, each.thread_ts), each]));
  model.prompts = new Map(rest.prompts.map((each) => [threadKey(each.channel, each.thread_ts), each]));
}

export async function loadMessages() {
  if (!model.channel) return;
  const [person, channel] = [model.person, model.channel];
  await listening(async (missed) => {
    const { messages } = await look("messages", { user: person, channel });
    // The person may have gone elsewhere while this was on its way.
    if (person !== model.person || channel !== model.channel) return;
    model.messages = messages;
    missed.forEach(putInPlace);
  });
}

/** Changes that arrive while a list is on its way are newer than the list: it is brought up to date with them. */
const listeners = new Set();

async function listening(load) {
  const missed = [];
  listeners.add(missed);
  try {
    await load(missed);
  } finally {
    listeners.delete(missed);
  }
}

function putInPlace(change) {
  if (change.type === "message_deleted") {
    model.messages = model.messages.filter((each) => each.ts !== change.ts);
    model.replies = model.replies.filter((each) => each.ts !== change.ts);
  } else if (change.channel === model.channel) {
    const { message } = change;
    const root = !message.thread_ts || message.thread_ts === message.ts;
    if (root) place(model.messages, message);
    if (model.thread && (message.thread_ts === model.thread || message.ts === model.thread)) place(model.replies, message);
  }
}

export async function loadThread() {
  if (!model.thread) return;
  const [person, channel, thread] = [model.person, model.channel, model.thread];
  await listening(async (missed) => {
    const { messages } = await look("messages", { user: person, channel, thread_ts: thread });
    if (person !== model.person || channel !== model.channel || thread !== model.thread) return;
    model.replies = messages;
    missed.forEach(putInPlace);
  });
}

/** Person and channels change together: nobody is ever at a place of somebody else's. Of two wishes the last one counts. */
let wanted = null;

export async function become(person) {
  wanted = person;
  const state = await look("state", { user: person });
  if (wanted !== person) return;
  const inDirect = current()?.is_im;
  localStorage.setItem("person", person);
  Object.assign(model, { person, thread: null, messages: [], replies: [], views: [], home: null, tab: "messages" });
  model.others.delete(person);
  takeState(state);
  setLanguage(user(person)?.locale);
  // Everybody has a direct message of their own with Bonafide.
  if (inDirect && !current()) model.channel = direct()?.id;
  if (!current()) model.channel = (model.channels.find((each) => each.name === "sales") || model.channels[0])?.id || null;
  await Promise.all([loadMessages(), loadRest()]);
}

export async function markRead() {
  const channel = current();
  if (!channel || document.hidden || !channel.unread) return;
  Object.assign(channel, { unread: 0, mentions: 0 });
  await act("read", { user: model.person, channel: channel.id });
}

/** Put a message into a list by its ts, or replace the one that is there. */
function place(list, message) {
  const at = list.findIndex((each) => each.ts === message.ts);
  if (at >= 0) list[at] = message;
  else {
    const after = list.findLastIndex((each) => each.ts < message.ts);
    list.splice(after + 1, 0, message);
  }
}

/** Take a change of the stream into the model; answers what must be drawn again. */
export function absorb(change) {
  const mine = !change.for || change.for.includes(model.person);
  const draws = new Set();
  if (change.type === "message") countOthers(change, mine);
  if (!mine) return change.type === "message" ? new Set(["top"]) : draws;
  if (change.type === "message" || change.type === "message_changed") {
    const { message } = change;
    putInPlace(change);
    for (const missed of listeners) missed.push(change);
    if (change.channel === model.channel) draws.add("messages");
    if (change.type === "message" && message.user !== model.person && !message.is_ephemeral) {
      const channel = model.channels.find((each) => each.id === change.channel);
      if (channel) channel.unread += 1;
      if (channel && (channel.is_im || message.text.includes(`<@${model.person}>`))) channel.mentions += 1;
      draws.add("rail");
    }
  } else if (change.type === "message_deleted") {
    putInPlace(change);
    for (const missed of listeners) missed.push(change);
    draws.add("messages");
  } else if (change.type === "status") {
    const key = threadKey(change.channel, change.thread_ts);
    if (change.status) model.statuses.set(key, change);
    else model.statuses.delete(key);
    draws.add("messages");
  } else if (change.type === "session") {
    model.sessions.set(threadKey(change.channel, change.thread_ts), change);
    draws.add("messages");
  } else if (change.type === "prompts") {
    model.prompts.set(threadKey(change.channel, change.thread_ts), change);
    draws.add("messages");
  } else if (change.type === "views" && change.user === model.person) {
    model.views = change.views;
    draws.add("views");
  } else if (change.type === "home" && change.user === model.person) {
    model.home = change.view;
    draws.add("messages");
  } else if (change.type === "connections") {
    model.connections = change.connections;
    draws.add("top");
  } else if (change.type === "channel" || change.type === "reset") {
    draws.add("everything");
  }
  return draws;
}

/** Messages that wait for another of the people that this page can be. */
function countOthers(change, mine) {
  const { message } = change;
  for (const person of change.for || []) {
    if (person === model.person || person === message.user) continue;
    const called = message.is_ephemeral || message.text.includes(`<@${person}>`) || (change.for.length === 1 && !mine);
    if (called) model.others.set(person, (model.others.get(person) || 0) + 1);
  }
}
