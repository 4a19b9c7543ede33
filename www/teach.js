// @ts-check
/**
 * The visitor's own drawings: labelled by one tap, kept on this machine, read as a test set, learnt from, taken along.
 *
 * @module
 */

import { byId, create, setDisabled, setHidden, setText } from "./dom.js";
import { flattenAll, join, keep, parseDrawings, recall, whenKept, writeDrawings } from "./drawings.js";
import { download } from "./export.js";
import { percent, reason, whole, withArticle } from "./format.js";
import { fitted } from "./pad.js";
import { createThumbnails } from "./views/thumbnails.js";
import { createWatching } from "./watching.js";
import { className } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Topic} Topic */
/** @typedef {import("./drawings.js").Drawing} Drawing */

/** So many drawings are shown, the newest first. */
const SHOWN = 60;

/**
 * @param {{ state: State, ask: import("./protocol.js").Ask, redraw(topics: Topic[]): void,
 *   restart: import("./protocol.js").Begin, kept(message: import("./protocol.js").Without<import("./protocol.js").KeepDrawings, "run">): void,   // for a new worker
 *   show(strokes: number[][][], label: number): void,   // on the pad, and brings that into sight
 *   mark(label: number): void,                          // what lies there is to be read as this
 *   say(text: string): void }} page
 */
export function createTeach({ state, ask, redraw, restart, kept, show, mark, say }) {
  const choices = byId("label-drawing");
  const watching = createWatching(state, byId("teach"), measure);
  const pictures = createThumbnails(byId("drawings"), choose);
  const recalled = recall();
  let { drawings } = recalled;
  /** Those that training began with. @type {Drawing[]} */
  let taught = [];
  /** The strokes on the pad that are kept already, and the drawing as which they are. @type {number[][][] | null} */
  let labelled = null;
  /** @type {Drawing | null} */
  let chosen = null;
  /** @type {{ read: number[], pictures: Uint8Array } | null} */
  let read = null;

  for (let digit = 0; digit < 10; digit++) {
    const button = create("button", { type: "button" }, String(digit));
    button.addEventListener("click", () => label(digit));
    choices.append(button);
  }

  /** Whether the button gives up what training began with: the very drawings that are kept now, or some with none kept. */
  const without = () => {
    const same = taught.length === drawings.length && taught.every((one) => drawings.includes(one));
    return state.data.taught && (same || drawings.length === 0);
  };

  const message = () => ({ type: /** @type {const} */ ("keep-drawings"), ...flattenAll(drawings) });

  /** @param {Drawing[]} next @param {string} [text] @returns {Promise<boolean>} whether they are kept now */
  async function change(next, text = "") {
    let done = false;
    try {
      const before = drawings;
      drawings = next;
      // How the others were read says nothing of these, not even while they are on their way.
      read = null;
      try {
        // A new worker that is still loading is given these as well, and not once more those before.
        kept(message());
        await ask(message());
      } catch (error) {
        drawings = before;
        kept(message());
        throw error;
      }
      done = true;
      const stays = keep(drawings);
      tell(stays ? text : "They hold for this visit only: the browser keeps nothing more for this page. Save them as a file.");
    } catch (error) {
      tell(`${reason(error)}. The drawings before are still there.`);
    }
    read = null;
    redraw(["drawings", "reading"]);
    watching.renew(true);
    return done;
  }

  // Those that both tabs have stay the same ones.
  whenKept((kept) => {
    const own = new Map(drawings.map((one) => [JSON.stringify(one), one]));
    void change(kept.map((one) => own.get(JSON.stringify(one)) ?? one));
  });

  /** Beside the drawings. @param {string} text */
  const tell = (text) => setText(byId("drawings-words"), text);

  /** @param {number} digit */
  async function label(digit) {
    const { strokes } = state.pad;
    if (strokes.length === 0) return;
    let next;
    try {
      next = join(drawings, [{ label: digit, strokes }]);
    } catch (error) {
      return say(reason(error));
    }
    labelled = strokes;
    chosen = next[next.length - 1];
    mark(digit);
    if (await change(next)) say(`Kept as ${withArticle(className(state, digit))}: ${whole(next.length)} of your own, further down.`);
  }

  /** @param {File} file */
  async function open(file) {
    try {
      const more = parseDrawings(await file.text());
      await change(join(drawings, more), `${whole(more.length)} drawings taken from ${file.name}.`);
    } catch (error) {
      tell(`${file.name}: ${reason(error)}. The drawings before are still there.`);
    }
    // It can be dropped anywhere: what came of it is said where it is seen, too.
    say(byId("drawings-words").textContent ?? "");
  }

  /** Newest first. @param {number} place */
  function choose(place) {
    chosen = drawings[drawings.length - 1 - place];
    labelled = fitted(chosen.strokes);
    show(labelled, chosen.label);
  }

  async function measure() {
    if (drawings.length === 0) return;
    const asked = drawings;
    const answer = await ask({ type: "read-drawings" });
    if (asked !== drawings) return;
    read = { read: answer.readings.map((one) => one.read), pictures: answer.pictures };
    redraw(["drawings"]);
  }

  byId("drawings-learn").addEventListener("click", async () => {
    const on = !without();
    const asked = drawings;
    try {
      await restart({ type: "teach", on });
      taught = on ? asked : [];
      const text = `It begins anew, ${on ? "and learns from your drawings too" : "without your drawings"}: press Play.`;
      tell(text);
      say(text);
    } catch (error) {
      tell(reason(error));
    }
    redraw(["drawings"]);
  });
  byId("drawings-save").addEventListener("click", () =>
    download(new Blob([writeDrawings(drawings)], { type: "application/json" }), "drawings.json"),
  );
  byId("drawings-file").addEventListener("change", (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const file = input.files?.[0];
    if (file) void open(file);
    input.value = "";
  });
  byId("drawings-forget").addEventListener("click", () => {
    void change(drawings.filter((one) => one !== chosen));
    labelled = chosen = null;
  });

  kept(message());
  if (recalled.lost > 0) tell(`${whole(recalled.lost)} of the drawings kept here could not be read.`);

  function drawChoices() {
    const { strokes, image } = state.pad;
    const asks = state.reading !== null && image === null && strokes.length > 0 && strokes !== labelled;
    const head = byId("outputs-head");
    head.hidden = asks;
    setHidden(choices, !asks, head);
  }

  function drawDrawings() {
    const { limits } = state;
    const size = (limits?.imageSide ?? 0) ** 2;
    const count = drawings.length;
    const right = read?.read.filter((digit, k) => digit === drawings[k].label).length ?? 0;
    const none = "None yet: draw a digit above and say what it is.";
    const accuracy = read ? `It reads ${whole(right)} of your ${whole(count)} ${count === 1 ? "drawing" : "drawings"}: ${percent(right / count)}.` : `${whole(count)} kept.`;
    setText(byId("drawings-count"), count === 0 ? none : accuracy);
    const learn = byId("drawings-learn");
    learn.setAttribute("aria-pressed", String(state.data.taught));
    setText(learn, without() ? "Learn without them" : state.data.taught ? "Learn from these instead" : "Learn from them too");
    const open = byId("drawings-file");
    setDisabled(learn, count === 0 && !state.data.taught, open);
    setDisabled(byId("drawings-save"), count === 0, open);
    setDisabled(byId("drawings-forget"), chosen === null || state.pad.strokes !== labelled, open);
    pictures.draw({
      side: limits?.imageSide ?? 0,
      full: 255,
      items: !read ? [] : drawings.map(({ label }, k) => {
        const digit = /** @type {NonNullable<typeof read>} */ (read).read[k];
        const [is, seen] = [className(state, label), className(state, digit)];
        return {
          pixels: /** @type {NonNullable<typeof read>} */ (read).pictures.subarray(k * size, (k + 1) * size),
          caption: digit === label ? is : `${is} \u2192 ${seen}`,
          name: `Your ${is}, read as ${seen}: put it on the pad`,
        };
      }).reverse().slice(0, SHOWN),
    });
  }

  return {
    open,

    /** @param {Set<Topic>} changed */
    draw(changed) {
      if (changed.has("readouts") || changed.has("options")) watching.renew();
      if (changed.has("reading") || changed.has("pad")) drawChoices();
      if (changed.has("drawings") || changed.has("options") || changed.has("pad")) drawDrawings();
    },
  };
}
