// The left rail: workspace, channels, direct messages; arrow keys move through it.

import { fill, h, icon } from "./dom.js";
import { avatar } from "./message.js";
import { model, nameOf } from "./model.js";
import { t } from "./words.js";

export function drawRail(node, go) {
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.channel : null;
  const entry = (channel) => {
    const here = channel.id === model.channel;
    const name = channel.is_im ? nameOf(model.bot.user_id) : channel.name;
    const unread = !here && channel.unread > 0;
    return h("button", {
      type: "button", class: `rail-entry ${unread ? "unread" : ""}`, "data-channel": channel.id, "aria-current": here ? "page" : null,
      tabindex: here ? "0" : "-1", title: channel.is_private && !channel.is_im ? `${name} – ${t("private")}` : name, onclick: () => go(channel.id),
    },
    channel.is_im ? avatar(model.bot.user_id, "small") : icon(channel.is_private ? "lock" : "hash"),
    h("span", { class: "rail-name" }, name),
    channel.is_im && h("span", { class: `presence ${model.connections ? "on" : ""}`, title: t(model.connections ? "connected" : "offline") }),
    unread && h("span", { class: channel.mentions ? "count" : "dot", "aria-label": t("unread", { n: channel.unread }) }, channel.mentions || ""));
  };
  const section = (title, channels) => h("section", {}, h("h2", {}, title), channels.map(entry));
  fill(node,
    section(t("channels"), model.channels.filter((each) => !each.is_im)),
    section(t("direct"), model.channels.filter((each) => each.is_im)));
  node.setAttribute("aria-label", t("menu"));
  if (focused) node.querySelector(`[data-channel="${CSS.escape(focused)}"]`)?.focus();
}

export function railKeys(node) {
  node.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const entries = [...node.querySelectorAll(".rail-entry")];
    entries[(entries.indexOf(document.activeElement) + step + entries.length) % entries.length]?.focus();
  });
}
