// `table` and `data_table`: the second sorts, filters and turns pages.

import { richText } from "./blocks.js";
import { h, icon } from "./dom.js";
import { glyphs } from "./emoji.js";
import { t } from "./words.js";

function content(cell, ctx) {
  if (cell?.type === "rich_text") return richText(cell, ctx.look);
  return glyphs(String(cell?.text ?? cell?.value ?? ""));
}

const plain = (cell) => h("span", {}, content(cell, { look: null })).textContent;
const number = (cell) => (cell?.type === "raw_number" ? Number(cell.value ?? cell.text) : Number(plain(cell).replace(/[,%\s¥$€]/g, "") || NaN));
const alignOf = (block, index, cell) => block.column_settings?.[index]?.align || (cell?.type === "raw_number" ? "right" : "left");
const wrap = (label, node) => h("div", { class: "table-wrap", tabindex: "0", role: "group", "aria-label": label }, node);

export function table(block, ctx) {
  const [head, ...rows] = block.rows;
  const row = (tag, cells) => h("tr", {}, cells.map((cell, index) => h(tag, { class: `align-${alignOf(block, index, cell)}`, scope: tag === "th" && "col" }, content(cell, ctx))));
  return h("div", {}, wrap(null, h("table", {}, h("thead", {}, row("th", head)), h("tbody", {}, rows.map((cells) => row("td", cells))))));
}

export function dataTable(block, ctx) {
  const [head, ...all] = block.rows;
  const size = block.page_size || 10;
  const view = { sort: -1, down: false, page: 0, filter: "" };
  const body = h("tbody");
  const footer = h("div", { class: "table-footer" });
  const columns = head.map((cell, index) => {
    const align = alignOf(block, index, all[0]?.[index]);
    const label = plain(cell);
    const sort = h("button", { type: "button", class: "sort", title: t("sortBy", { what: label }), onclick: () => {
      view.down = view.sort === index ? !view.down : false;
      [view.sort, view.page] = [index, 0];
      draw();
    } }, h("span", {}, content(cell, ctx)), icon("sort"));
    return h("th", { scope: "col", class: `align-${align}` }, sort);
  });
  function chosen() {
    const wanted = view.filter.toLowerCase();
    const rows = all.filter((cells) => !wanted || cells.some((cell) => plain(cell).toLowerCase().includes(wanted)));
    if (view.sort < 0) return rows;
    const sign = view.down ? -1 : 1;
    return [...rows].sort((left, right) => {
      const [a, b] = [left[view.sort], right[view.sort]];
      const [x, y] = [number(a), number(b)];
      return sign * (Number.isNaN(x) || Number.isNaN(y) ? plain(a).localeCompare(plain(b), "zh-CN") : x - y);
    });
  }
  function draw() {
    const rows = chosen();
    const from = view.page * size;
    columns.forEach((column, index) => column.setAttribute("aria-sort", view.sort !== index ? "none" : view.down ? "descending" : "ascending"));
    body.replaceChildren(...rows.slice(from, from + size).map((cells) =>
      h("tr", {}, cells.map((cell, index) => h("td", { class: `align-${alignOf(block, index, cell)}` }, content(cell, ctx))))));
    const turn = (step, word, off) => h("button", { type: "button", class: "button small", disabled: off, onclick: () => {
      view.page += step;
      draw();
    } }, t(word));
    footer.hidden = rows.length <= size;
    footer.replaceChildren(
      h("span", {}, t("rows", { from: rows.length ? from + 1 : 0, to: Math.min(from + size, rows.length), n: rows.length })),
      turn(-1, "previous", view.page === 0), turn(1, "next", from + size >= rows.length));
  }
  draw();
  const filter = all.length > size && h("input", { type: "search", class: "text-input small", placeholder: t("filter"), "aria-label": t("filter"), oninput: (event) => {
    [view.filter, view.page] = [event.target.value, 0];
    draw();
  } });
  return h("div", { class: "data-table" },
    h("div", { class: "table-caption" }, h("strong", {}, glyphs(block.caption || "")), filter),
    wrap(block.caption, h("table", {}, h("thead", {}, h("tr", {}, columns)), body)), footer);
}
