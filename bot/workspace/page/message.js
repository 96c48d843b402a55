// One message: who, when, what, reactions, files, the summary of its thread.

import { act } from "./api.js";
import { blocks } from "./blocks.js";
import { h, icon, safeUrl } from "./dom.js";
import { menuButton } from "./elements.js";
import { emoji } from "./emoji.js";
import { model, nameOf, names, threadKey, user } from "./model.js";
import { bare, mrkdwn } from "./mrkdwn.js";
import { clock, full } from "./time.js";
import { t } from "./words.js";

export function avatar(id, size = "") {
  const found = user(id);
  const name = nameOf(id);
  if (found?.is_bot) return h("img", { class: `avatar ${size}`, src: "mark.svg", alt: "" });
  const letters = /\p{Script=Han}/u.test(name) ? [...name][0] : name.split(/\s+/).map((part) => [...part][0]).slice(0, 2).join("");
  return h("span", { class: `avatar ${size}`, "aria-hidden": "true", style: { "--avatar": found?.colour || "#777" } }, letters);
}

/** What the renderers of blocks need to know about a message. */
function context(message, redraw) {
  const where = { user: model.person, channel: message.channel, ts: message.ts };
  const key = threadKey(message.channel, message.ts);
  if (!model.values.has(key)) model.values.set(key, {});
  if (!model.chosen.has(key)) model.chosen.set(key, new Map());
  const values = model.values.get(key);
  return {
    person: model.person, look: names, values, chosen: model.chosen.get(key),
    remember: (block, item, value) => ((values[block.block_id] ||= {})[item.action_id] = value),
    act: async (block, item, value) => {
      model.failures.delete(key);
      try {
        const answer = await act("click", { ...where, action_id: item.action_id, block_id: block.block_id, value, state: values });
        if (!answer.acked) model.failures.set(key, t("noAnswer"));
      } catch (error) {
        model.failures.set(key, error.message);
      }
      redraw();
    },
    options: async (block, item, query) => (await act("options", { ...where, action_id: item.action_id, query })).options,
  };
}

export function messageNode(message, { compact, inThread, openThread, redraw }) {
  const who = user(message.user);
  const summary = !inThread && message.reply_count ? replySummary(message, openThread) : null;
  const failure = model.failures.get(threadKey(message.channel, message.ts));
  const label = `${nameOf(message.user)}, ${clock(message.ts)}: ${bare(message.text, names).slice(0, 200)}`;
  return h("article", {
    class: ["message", compact && "compact", message.is_ephemeral && "ephemeral", message.streaming_state && "streaming"].filter(Boolean).join(" "),
    role: "listitem", tabindex: "-1", "data-ts": message.ts, "data-user": message.user, "aria-label": label,
  },
  compact ? h("time", { class: "gutter-time", title: full(message.ts) }, clock(message.ts)) : avatar(message.user),
  h("div", { class: "message-body" },
    message.is_ephemeral && h("div", { class: "only-you" }, icon("eye"), t("onlyYou")),
    !compact && h("header", {},
      h("span", { class: "author" }, message.bot_profile?.name || nameOf(message.user)),
      message.bot_id && h("span", { class: "badge" }, t("appBadge")),
      who?.is_restricted && h("span", { class: "badge" }, t("guest")),
      h("time", { title: full(message.ts), datetime: new Date(message.ts * 1000).toISOString() }, clock(message.ts))),
    content(message, redraw),
    message.files?.map(fileNode),
    failure && h("p", { class: "failure", role: "alert" }, icon("warn"), failure),
    reactions(message),
    summary),
  !message.is_ephemeral && message.subtype !== "tombstone" && tools(message, { inThread, openThread, redraw }));
}

function tools(message, { inThread, openThread, redraw }) {
  const reply = !inThread && h("button", { type: "button", class: "icon-button", tabindex: "-1", title: t("reply"), "aria-label": t("reply"), onclick: () => openThread(message.ts, true) }, icon("thread"));
  const shortcuts = model.shortcuts.filter((each) => each.type === "message");
  if (!reply && !shortcuts.length) return null;
  return h("div", { class: "tools" }, reply, shortcuts.length > 0 && menuButton(shortcuts.map((each) => ({ label: each.name, choose: () => useShortcut(message, each, redraw) }))));
}

async function useShortcut(message, shortcut, redraw) {
  const key = threadKey(message.channel, message.ts);
  model.failures.delete(key);
  try {
    const answer = await act("shortcut", { user: model.person, channel: message.channel, ts: message.ts, callback_id: shortcut.callback_id });
    if (!answer.acked) model.failures.set(key, t("noAnswer"));
  } catch (error) {
    model.failures.set(key, error.message);
  }
  redraw();
}

function content(message, redraw) {
  const edited = message.edited && !message.bot_id && h("span", { class: "quiet edited" }, ` (${t("edited")})`);
  if (message.subtype === "tombstone") return h("div", { class: "prose quiet" }, message.text);
  if (message.blocks?.length) return h("div", { class: "blocks" }, blocks(message.blocks, context(message, redraw)), edited);
  if (!message.text) return null;
  return h("div", { class: "prose" }, mrkdwn(message.text, names), edited);
}

/** A picture is shown; every other file is a card with its kind, so that a PDF is told from a table. */
function fileNode(file) {
  const size = file.size > 1_048_576 ? `${(file.size / 1_048_576).toFixed(1)} MB` : `${Math.max(1, Math.round(file.size / 1024))} KB`;
  const kind = file.name.includes(".") ? file.name.split(".").pop().slice(0, 5).toUpperCase() : "";
  return h("a", { class: "file", href: safeUrl(file.url_private), download: file.name, "aria-label": `${t("download")} ${file.name}` },
    file.mimetype?.startsWith("image/") && h("img", { class: "file-picture", src: safeUrl(file.url_private), alt: file.title || file.name, loading: "lazy" }),
    h("span", { class: `file-kind kind-${kind.toLowerCase()}`, "aria-hidden": "true" }, kind || icon("file")),
    h("span", {}, h("span", { class: "file-name" }, file.title || file.name), h("small", {}, [kind, size].filter(Boolean).join(" · "))));
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map((each) => h("button", {
    type: "button", class: "reaction", "aria-pressed": String(each.users.includes(model.person)), title: each.users.map(nameOf).join(", "),
    "aria-label": `:${each.name}: ${each.count}`,
    onclick: () => act("react", { user: model.person, channel: message.channel, ts: message.ts, name: each.name, remove: each.users.includes(model.person) }),
  }, emoji(each.name) || `:${each.name}:`, h("span", {}, each.count))));
}

function replySummary(message, openThread) {
  const count = message.reply_count === 1 ? t("reply1") : t("replies", { n: message.reply_count });
  return h("button", { type: "button", class: "reply-summary", "data-key": `replies/${message.ts}`, onclick: () => openThread(message.ts, true) },
    message.reply_users.slice(0, 3).map((id) => avatar(id, "small")), h("span", { class: "reply-count" }, count),
    h("span", { class: "quiet" }, t("lastReply", { when: clock(message.latest_reply) })));
}
