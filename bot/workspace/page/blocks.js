// Block Kit: one function a block type. `ctx` carries names (look), the acting person and `act`.

import { card, carousel, container, plan, task } from "./cards.js";
import { append, h, icon, link, safeUrl } from "./dom.js";
import { emoji, glyphs } from "./emoji.js";
import { element } from "./elements.js";
import { field } from "./fields.js";
import { markdown } from "./markdown.js";
import { mention, textObject } from "./mrkdwn.js";
import { dataTable, table } from "./tables.js";

export function blocks(list, ctx) {
  return (list || []).map((block) => {
    const make = KINDS[block.type];
    const node = make ? make(block, ctx) : h("p", { class: "quiet" }, `[${block.type}]`);
    node.classList.add("block", `block-${block.type}`);
    if (block.block_id) node.dataset.block = block.block_id;
    return node;
  });
}

const KINDS = {
  section: (block, ctx) => h("div", { class: block.accessory ? "with-accessory" : "" },
    h("div", { class: "section-body" },
      block.text && h("div", { class: "prose" }, textObject(block.text, ctx.look)),
      block.fields && h("div", { class: "fields" }, block.fields.map((each) => h("div", { class: "prose" }, textObject(each, ctx.look))))),
    block.accessory && h("div", { class: "accessory" }, block.accessory.type === "image" ? picture(block.accessory, "thumb") : element(block, block.accessory, ctx))),
  header: (block) => h("h3", {}, textObject(block.text)),
  divider: () => h("hr"),
  context: (block, ctx) => h("div", { class: "context" },
    block.elements.map((each) => (each.type === "image" ? picture(each, "tiny") : h("span", { class: "prose" }, textObject(each, ctx.look))))),
  actions: (block, ctx) => h("div", { class: "actions", role: "group" }, block.elements.map((each) => element(block, each, ctx))),
  context_actions: (block, ctx) => h("div", { class: "context-actions", role: "group" }, block.elements.map((each) => element(block, each, ctx))),
  markdown: (block, ctx) => h("div", { class: "prose markdown" }, markdown(block.text, ctx.look)),
  image: (block) => h("figure", {}, block.title && h("figcaption", {}, textObject(block.title)), picture(block, "large")),
  rich_text: (block, ctx) => h("div", { class: "prose" }, richText(block, ctx.look)),
  input: field,
  table: (block, ctx) => table(block, ctx),
  data_table: (block, ctx) => dataTable(block, ctx),
  plan: (block, ctx) => plan(block, ctx),
  task_card: (block, ctx) => task(block, ctx),
  card: (block, ctx) => card(block, ctx),
  carousel: (block, ctx) => carousel(block, ctx),
  container: (block, ctx) => container(block, ctx, blocks),
  alert: (block, ctx) => h("div", { class: `alert alert-${block.level || "default"}`, role: block.level === "error" ? "alert" : "note" },
    icon(block.level === "success" ? "check" : "warn"), h("div", { class: "prose" }, textObject(block.text, ctx.look))),
  file: () => h("p", { class: "quiet" }, "[file]"),
};

export function picture(image, size) {
  const url = safeUrl(image.image_url || image.slack_file?.url || "");
  if (!url) return h("span", { class: "quiet" }, image.alt_text);
  const node = h("img", { src: url, alt: image.alt_text || "", class: `picture ${size}`, loading: "lazy", referrerpolicy: "no-referrer" });
  // Offline, the description says what the picture would have shown.
  node.addEventListener("error", () => node.replaceWith(h("span", { class: "quiet picture-missing" }, image.alt_text || "image")));
  return node;
}

export function richText(block, look) {
  return (block?.elements || []).map((part) => {
    const inside = (part.elements || []).map((each) => (part.type === "rich_text_list" ? h("li", {}, richInline(each.elements, look)) : richInline([each], look)));
    if (part.type === "rich_text_list") return h(part.style === "ordered" ? "ol" : "ul", { class: `indent-${part.indent || 0}` }, inside);
    if (part.type === "rich_text_quote") return h("blockquote", {}, inside);
    if (part.type === "rich_text_preformatted") return h("pre", {}, h("code", {}, (part.elements || []).map((each) => each.text || each.url || "").join("")));
    return h("p", {}, inside);
  });
}

function richInline(elements, look) {
  return (elements || []).map((each) => {
    let node;
    if (each.type === "link") node = link(each.url, each.text || each.url);
    else if (each.type === "user") node = mention(each.user_id, look);
    else if (each.type === "channel") node = h("span", { class: "mention" }, "#", look?.channel?.(each.channel_id) || each.channel_id);
    else if (each.type === "emoji") node = emoji(each.name) || `:${each.name}:`;
    else if (each.type === "broadcast") node = h("span", { class: "mention mention-all" }, "@", each.range);
    else if (each.type === "date") node = each.fallback || "";
    else node = append(document.createDocumentFragment(), String(each.text || "").split("\n").flatMap((line, index) => (index ? [h("br"), ...glyphs(line)] : glyphs(line))));
    const style = each.style || {};
    if (style.code) node = h("code", {}, node);
    if (style.bold) node = h("strong", {}, node);
    if (style.italic) node = h("em", {}, node);
    if (style.strike) node = h("s", {}, node);
    return node;
  });
}
