// Modals (a stack of views) and the Home tab.

import { act } from "./api.js";
import { blocks } from "./blocks.js";
import { fill, h, icon } from "./dom.js";
import { model, names } from "./model.js";
import { textObject } from "./mrkdwn.js";
import { t } from "./words.js";

/** The context of a view's blocks: choices are remembered until they are sent. */
function context(view, draft, redraw) {
  const where = { user: model.person, view_id: view.id };
  return {
    person: model.person, look: names, values: draft.values, errors: draft.errors, chosen: draft.chosen,
    remember: (block, item, value) => ((draft.values[block.block_id] ||= {})[item.action_id] = value),
    act: async (block, item, value) => {
      draft.failure = "";
      try {
        const answer = await act("click", { ...where, action_id: item.action_id, block_id: block.block_id, value, state: draft.values });
        if (!answer.acked) draft.failure = t("noAnswer");
      } catch (error) {
        draft.failure = error.message;
      }
      if (draft.failure) redraw();
    },
    options: async (block, item, query) => (await act("options", { ...where, action_id: item.action_id, query })).options,
  };
}

const drafts = new Map();
const draftOf = (view) => {
  if (!drafts.has(view.id)) drafts.set(view.id, { values: {}, errors: {}, chosen: new Map(), failure: "" });
  return drafts.get(view.id);
};

let shown = null; // the dialog node of the uppermost view

export function drawModals() {
  const view = model.views.at(-1);
  if (!view) {
    const opener = shown?.opener;
    shown?.close();
    shown?.remove();
    shown = null;
    if (opener?.isConnected) opener.focus();
    return;
  }
  const opener = shown?.opener ?? document.activeElement;
  const draft = draftOf(view);
  const key = shown?.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  if (!shown) {
    shown = h("dialog", { class: "dialog", "aria-labelledby": "modal-title" });
    document.body.append(shown);
    shown.addEventListener("cancel", (event) => {
      event.preventDefault();
      const top = model.views.at(-1);
      if (top) act("close", { user: model.person, view_id: top.id });
    });
  }
  shown.opener = opener;
  const fresh = shown.dataset.view !== view.id;
  shown.dataset.view = view.id;
  const submit = h("button", { type: "submit", class: "button primary" }, view.submit ? textObject(view.submit) : t("submit"));
  const form = h("form", { method: "dialog", novalidate: true, onsubmit: async (event) => {
    event.preventDefault();
    submit.disabled = true;
    Object.assign(draft, { errors: {}, failure: "" });
    try {
      const answer = await act("submit", { user: model.person, view_id: view.id, values: draft.values });
      draft.errors = answer.errors;
      draft.failure = answer.errors[""] || (answer.acked || answer.reason === "not_sent" ? "" : t("noAnswer"));
    } catch (error) {
      draft.failure = error.message;
    }
    if (model.views.at(-1)?.id === view.id) drawModals();
    shown?.querySelector(".field-error:not([hidden])")?.parentNode.querySelector("[data-key]")?.focus();
  } },
  h("div", { class: "dialog-head" },
    h("h2", { id: "modal-title" }, model.views.length > 1 && h("span", { class: "quiet" }, icon("back")), textObject(view.title)),
    h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: () => act("close", { user: model.person, view_id: view.id, everything: true }) }, icon("close"))),
  h("div", { class: "dialog-body blocks" }, blocks(view.blocks, context(view, draft, drawModals))),
  draft.failure && h("p", { class: "failure", role: "alert" }, icon("warn"), draft.failure),
  h("div", { class: "dialog-foot" },
    h("button", { type: "button", class: "button", onclick: () => act("close", { user: model.person, view_id: view.id }) }, view.close ? textObject(view.close) : t("cancel")),
    view.submit && submit));
  const scrolled = shown.querySelector(".dialog-body")?.scrollTop || 0;
  fill(shown, form);
  if (!shown.open) shown.showModal();
  if (!fresh) shown.querySelector(".dialog-body").scrollTop = scrolled;
  const target = (key && shown.querySelector(`[data-key="${CSS.escape(key)}"]`)) || (fresh && (shown.querySelector("[data-focus-first]") || shown.querySelector(".dialog-body input, .dialog-body textarea, .dialog-body select, .dialog-body button")));
  if (target) target.focus();
}

export function homeNode(redraw) {
  const view = model.home;
  if (!view) return h("div", { class: "empty" }, h("img", { src: "mark.svg", alt: "", width: "44", height: "44" }), h("p", {}, t("emptyHome")), h("p", { class: "quiet" }, t("emptyHomeHint")));
  const draft = draftOf(view);
  return h("div", { class: "home blocks" }, blocks(view.blocks, context(view, draft, redraw)), draft.failure && h("p", { class: "failure", role: "alert" }, icon("warn"), draft.failure));
}
