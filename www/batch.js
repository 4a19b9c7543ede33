// @ts-check
/**
 * The images that the coming step learns from, each with what it costs: the batch's cost is their mean. Seen on demand, and
 * where slow motion begins.
 *
 * @module
 */

import { announce, byId, closeByEscape, setHidden, setText } from "./dom.js";
import { cost, withArticle } from "./format.js";
import { createThumbnails } from "./views/thumbnails.js";
import { createWatching } from "./watching.js";
import { className, images } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Topic} Topic */

/** More are not seen at a glance. */
const SHOWN = 10;

/**
 * @param {{ state: State, ask: import("./protocol.js").Ask, command(message: import("./protocol.js").AboutRun): void, redraw(topics: Topic[]): void,
 *   makeRoom(): void }} page  `makeRoom`: other cards lie in the same place
 */
export function createBatch({ state, ask, command, redraw, makeRoom }) {
  const card = byId("batch-card");
  const button = byId("see-batch");
  const watching = createWatching(state, card, measure);
  const pictures = createThumbnails(byId("batch-images"), (place) => {
    const chosen = state.batch?.examples[place];
    if (chosen) command({ type: "show-example", set: "train", index: chosen.index });
  });
  let open = false;
  let shown = false;
  /** Opened, and not yet told to those who do not see it. */
  let untold = false;

  async function measure() {
    state.batch = await ask({ type: "batch", count: SHOWN });
    redraw(["batch"]);
  }

  /** @param {boolean} opened */
  function show(opened) {
    if (opened) makeRoom();
    // The batch that was seen the last time is not to be told as this one.
    if (opened) state.batch = null;
    open = opened;
    untold = opened;
    button.setAttribute("aria-expanded", String(opened));
    redraw(["batch"]);
    // Where the page shows one part at a time, it lies beside that one.
    if (opened) requestAnimationFrame(() => card.scrollIntoView({ block: "nearest" }));
  }

  button.addEventListener("click", () => show(!open));
  byId("batch-close").addEventListener("click", () => (show(false), button.focus()));
  closeByEscape(() => open, () => show(false));

  /** @param {import("./protocol.js").Batch} batch */
  function paint({ size, examples, inputs }) {
    const side = state.limits?.imageSide ?? 0;
    const most = Math.max(...examples.map((one) => one.cost));
    setText(byId("batch-title"), `The batch: ${images(size)}`);
    setText(byId("batch-words"), batchWords(state, examples, size));
    if (untold) announce(`${byId("batch-title").textContent}, ${byId("batch-words").textContent}`);
    untold = false;
    pictures.draw({
      side,
      full: 1,
      items: examples.map(({ label, digit, cost: own }, k) => ({
        pixels: inputs.subarray(k * side * side, (k + 1) * side * side),
        caption: label === digit ? className(state, label) : `${className(state, label)} \u2192 ${className(state, digit)}`,
        detail: cost(own),
        share: most > 0 ? own / most : 0,
        name: `Training image of ${withArticle(className(state, label))}, read as ${className(state, digit)}, costs ${cost(own)}: put it before the network`,
      })),
    });
  }

  return {
    open: () => open || show(true),
    close: () => open && show(false),

    /** @param {Set<Topic>} changed */
    draw(changed) {
      if (open && state.opened) show(false);
      const phase = state.slow?.phase;
      const visible = open || phase === "forward" || phase === "targets";
      if (visible !== shown || changed.has("network") || changed.has("options")) watching.renew(visible !== shown);
      shown = visible;
      setHidden(card, !visible, button);
      if (visible && state.batch && (changed.has("batch") || changed.has("options"))) paint(state.batch);
    },
  };
}

/** What their costs are to the step. @param {State} state @param {import("./protocol.js").Batch["examples"]} examples @param {number} size */
export function batchWords({ options }, examples, size) {
  if (!options) return "";
  if (size > examples.length) return `the first ${examples.length}: label \u2192 reading; a bar for the cost`;
  const mean = examples.reduce((sum, one) => sum + one.cost, 0) / examples.length;
  // With an average the network that reads is not the one that learns; and images may be changed before they are learnt.
  if (options.average || options.augment) return "label \u2192 reading; a bar for the cost";
  return `${size === 1 ? "its cost is the step\u2019s" : "their mean cost is the step\u2019s"}: ${cost(mean)}`;
}
