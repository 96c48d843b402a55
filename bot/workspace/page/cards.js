// plan, task_card, card, carousel, container.

import { picture, richText } from "./blocks.js";
import { h, icon, link } from "./dom.js";
import { element } from "./elements.js";
import { textObject } from "./mrkdwn.js";
import { t } from "./words.js";

const MARKS = { complete: "check", error: "close", in_progress: null, pending: null };

export function task(item, ctx) {
  const state = item.status || "in_progress";
  const detail = item.details || item.output;
  return h("div", { class: `task task-${state}` },
    h("span", { class: "task-mark", title: t(state) }, MARKS[state] && icon(MARKS[state]), h("span", { class: "visually-hidden" }, t(state))),
    h("div", { class: "task-body" },
      h("div", { class: "task-title" }, textObject(item.title, ctx.look)),
      detail && h("div", { class: "task-detail prose" }, richText(item.details, ctx.look), richText(item.output, ctx.look)),
      item.sources?.length > 0 && h("div", { class: "task-sources", "aria-label": t("sources") }, item.sources.map((each) => link(each.url, each.text)))));
}

export function plan(block, ctx) {
  const tasks = block.tasks || [];
  const done = tasks.filter((each) => each.status === "complete" || each.status === "error").length;
  return h("details", { class: "plan", open: true },
    h("summary", {}, h("span", { class: "plan-title" }, textObject(block.title, ctx.look)), tasks.length > 0 && h("span", { class: "quiet" }, `${done}/${tasks.length}`)),
    h("div", { class: "plan-tasks" }, tasks.map((each) => task(each, ctx))));
}

export function card(block, ctx) {
  return h("article", { class: "card" },
    block.hero_image && picture(block.hero_image, "large"),
    h("div", { class: "card-head" }, block.icon && picture(block.icon, "thumb small"),
      h("div", {}, block.title && h("div", { class: "card-title" }, textObject(block.title, ctx.look)), block.subtitle && h("div", { class: "quiet" }, textObject(block.subtitle, ctx.look)))),
    block.body && h("div", { class: "prose" }, textObject(block.body, ctx.look)),
    block.actions && h("div", { class: "actions" }, block.actions.map((each) => element(block, each, ctx))));
}

export function carousel(block, ctx) {
  return h("div", { class: "carousel", tabindex: "0", role: "group" }, block.elements.map((each) => card({ block_id: block.block_id, ...each }, ctx)));
}

export function container(block, ctx, draw) {
  return h("details", { class: "container", open: !block.is_collapsed },
    h("summary", {}, textObject(block.title || "", ctx.look)), draw(block.children || block.elements || [], ctx));
}
