// @ts-check
/**
 * Why it reads what it reads: evidence, what resembles the image, and what it would have read without straightening.
 * Follows the drawing and the training while it is open.
 *
 * @module
 */

import { announce, byId, closeByEscape, setHidden, setText } from "./dom.js";
import { withArticle } from "./format.js";
import { createThumbnails } from "./views/thumbnails.js";
import { createWhyCard } from "./views/why-card.js";
import { createWatching } from "./watching.js";
import { className } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Topic} Topic */

/** Milliseconds between two questions: while drawing every few frames, while training as fast as one can look. */
const PAUSE = { still: 50, playing: 250 };

/**
 * @param {{ state: State, ask: import("./protocol.js").Ask, command(message: import("./protocol.js").AboutRun): void, redraw(topics: Topic[]): void,
 *   makeRoom(): void }} page  `makeRoom`: other cards lie in the same place
 */
export function createWhy({ state, ask, command, redraw, makeRoom }) {
  const card = byId("why-card");
  const canvas = /** @type {HTMLCanvasElement} */ (byId("why-picture"));
  const button = byId("why");
  const picture = createWhyCard(canvas);
  const near = createThumbnails(byId("why-near"), (place) => {
    const chosen = state.why?.near[place];
    if (chosen) command({ type: "show-example", set: "train", index: chosen.index });
  });
  const watching = createWatching(state, card, measure, PAUSE);
  let open = false;
  /** Opened, and not yet told to those who do not see it. */
  let untold = false;

  /** @param {boolean} opened */
  function show(opened) {
    if (opened) makeRoom();
    open = opened;
    setHidden(card, !opened, button);
    button.setAttribute("aria-expanded", String(opened));
    if (!opened) return;
    untold = true;
    watching.renew(true);
    // Where the page shows one part at a time, it lies under the drawing.
    requestAnimationFrame(() => card.scrollIntoView({ block: "nearest" }));
  }

  async function measure() {
    state.why = await ask({ type: "why" });
    redraw(["why"]);
  }

  button.addEventListener("click", () => show(!open));
  byId("why-close").addEventListener("click", () => (show(false), button.focus()));
  closeByEscape(() => open, () => show(false));

  function paint() {
    const { why, limits } = state;
    const side = limits?.imageSide ?? 0;
    const name = (/** @type {number} */ digit) => className(state, digit);
    const data = { why, side, names: /** @type {[string, string]} */ (why ? [name(why.digit), name(why.rival)] : ["", ""]) };
    picture.draw(data);
    canvas.setAttribute("aria-label", picture.describe(data));
    if (untold && why) announce(picture.describe(data));
    untold &&= !why;
    setText(byId("why-title"), why ? `Why ${data.names[0]}, not ${data.names[1]}?` : "Why? Draw a digit.");
    setText(byId("why-other"), otherWords(why, name));
    near.draw({
      side,
      full: 1,
      items: (why?.near ?? []).map(({ label, cosine }, k) => ({
        pixels: /** @type {import("./protocol.js").Why} */ (why).inputs.subarray(k * side * side, (k + 1) * side * side),
        caption: `${name(label)} \u00b7 ${cosine.toFixed(2)}`,
        name: `Training image of ${withArticle(name(label))}, alike by ${cosine.toFixed(2)}: put it before the network`,
      })),
    });
  }

  return {
    close: () => open && show(false),

    /** @param {Set<Topic>} changed */
    draw(changed) {
      if (open && state.opened) show(false);
      if (changed.has("reading") || changed.has("network") || changed.has("options")) {
        button.hidden = !state.reading && !open;
        watching.renew();
      }
      if (open && (changed.has("why") || changed.has("options"))) paint();
    },
  };
}

/** @param {import("./protocol.js").Why | null} why @param {(digit: number) => string} name */
function otherWords(why, name) {
  if (!why?.other) return "";
  const { straightened, digit } = why.other;
  const same = digit === why.digit;
  return `${straightened ? "Straightened" : "Not straightened"}, it would${same ? " also" : ""} read ${name(digit)}.`;
}
