// @ts-check
/**
 * The page's words and numbers, from the state.
 *
 * @module
 */

import { byId, setHidden, setText } from "./dom.js";
import { cost, percent, whole } from "./format.js";
import { hint, networkNote, padNote, planeWords, scoresNote, seenNote, sliceWords, verdict } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Topic} Topic */

const ACTIONS = { retry: "Try again", "go-back": "Go back and lower the rate", "new-start": "New start", return: "Back to now" };
const NONE = "\u2013";
/** What the button of slow motion does next, in a word and in a few. */
const SLOW = {
  ready: ["Slow", "One step, slowly"],
  moving: ["Hold", "Hold what is seen"],
  held: ["Next", "On to what happens next"],
};

/** Longer than anything the page says by itself: what it repeats of a link may be of any length. */
const MOST_SAID = 500;
/** While a run goes on its numbers change no faster than they can be read. */
const NUMBERS_EVERY_MS = 100;

/** Buttons that need a network to act on. */
const NEEDS_NETWORK = ["step", "slow", "play", "reset", "random-digit", "noise", "share", "more", "history-png", "history-csv", "keep-run"];

/** The button beside the words of the moment. @param {State} state @returns {keyof typeof ACTIONS | null} */
export function actionOf({ message, back }) {
  return message.action ?? (back ? "return" : null);
}

/** @param {State} state */
export function createReadouts(state) {
  const sliceParts = byId("slice-words").children;
  const playText = /** @type {Element} */ (byId("play").querySelector("span"));
  const slowText = /** @type {Element} */ (byId("slow").querySelector("span span"));
  const motion = /** @type {Element} */ (byId("slow").querySelector(".motion"));
  let numbersAt = -Infinity;
  const fields = document.querySelectorAll("#fields select, #options input, #options select, #new-start");

  /** @param {string} id @param {number | undefined} value @param {(value: number) => string} format */
  function number(id, value, format) {
    const element = byId(id);
    setText(element, value === undefined ? NONE : format(value));
    element.dataset.value = value === undefined ? "" : String(value);
  }

  function drawNumbers() {
    number("step-count", state.options ? state.step : undefined, whole);
    number("cost", state.measured?.cost, cost);
    number("train-accuracy", state.measured?.trainAccuracy, percent);
    number("test-accuracy", state.measured?.testAccuracy, percent);
  }

  function drawControls() {
    const ready = state.phase === "ready" && state.run > 0;
    for (const id of NEEDS_NETWORK) /** @type {HTMLButtonElement} */ (byId(id)).disabled = !ready;
    for (const field of fields) /** @type {HTMLInputElement} */ (field).disabled = !ready;
    byId("play").setAttribute("aria-pressed", String(state.playing));
    setText(byId("keep-run"), state.kept ? "Drop kept run" : "Keep this run");
    setText(playText, state.playing ? "Pause" : "Play");
  }

  function drawStatus() {
    const { tone } = state.message;
    const text = state.message.text.slice(0, MOST_SAID);
    const action = actionOf(state);
    const status = byId("status");
    setText(status, text || hint(state));
    // What was wrong with an option is said where it was chosen, too.
    setText(byId("options-error"), tone === "error" ? text : "");
    const shown = state.slow && !text ? (state.slow.held ? "held" : "slow") : tone;
    if (status.dataset.tone !== shown) status.dataset.tone = shown;
    const [word, meaning] = SLOW[!state.slow ? "ready" : state.slow.held ? "held" : "moving"];
    setText(slowText, word);
    const slow = byId("slow");
    setText(motion, state.slow ? "" : " motion");
    if (slow.title !== meaning) slow.title = meaning;
    const bar = /** @type {HTMLProgressElement} */ (byId("loading"));
    const loading = state.phase === "loading";
    if (bar.hidden === loading) bar.hidden = !loading;
    if (loading) bar.value = state.loaded;
    const button = byId("status-action");
    setHidden(button, action === null, status);
    if (action) setText(button, ACTIONS[action]);
  }

  function drawReading() {
    setText(byId("prediction"), state.reading ? String(state.reading.digit) : NONE);
    setText(byId("verdict"), verdict(state));
    setText(byId("pad-note"), padNote(state));
    setText(byId("seen-note"), seenNote(state));
    setText(byId("scores-note"), scoresNote(state));
  }

  function drawOptions() {
    const { options, limits } = state;
    if (!options || !limits) return;
    setText(byId("provenance"), state.provenance);
    const fillers = { parameters: whole(state.parameterCount), pixels: whole(limits.pixels) };
    for (const [name, text] of Object.entries(fillers))
      for (const element of document.querySelectorAll(`[data-fill="${name}"]`)) setText(element, text);
  }

  function drawSlice() {
    const [lead, rest, note, coming] = sliceWords(state);
    // Whoever stands on it, or looks at what it has opened, would lose their place.
    const busy = sliceParts[0] === document.activeElement || !byId("batch-card").hidden;
    /** @type {HTMLButtonElement} */ (sliceParts[0]).disabled = !coming && !busy;
    setText(sliceParts[0], lead);
    setText(sliceParts[1], rest);
    setText(sliceParts[2], note);
  }

  function drawPlane() {
    const [words, directions] = byId("plane-words").children;
    setText(words, planeWords(state));
    setText(directions, state.random === null ? "Try random directions" : "Back to the path\u2019s own");
  }

  return {
    /**
     * @param {Set<Topic>} changed @param {number} now milliseconds
     * @returns {Topic[]} of what waits until it can be read
     */
    draw(changed, now) {
      const early = state.playing && now - numbersAt < NUMBERS_EVERY_MS;
      if (changed.has("readouts") && !early) {
        numbersAt = now;
        drawNumbers();
      }
      if (changed.has("playing") || changed.has("options")) drawControls();
      if (changed.has("reading") || changed.has("pad") || changed.has("options")) drawReading();
      if (changed.has("options")) drawOptions();
      if (changed.has("options") || changed.has("network")) setText(byId("network-note"), networkNote(state));
      if (changed.has("slice")) drawSlice();
      if (changed.has("plane")) drawPlane();
      drawStatus();
      return changed.has("readouts") && early ? ["readouts"] : [];
    },
  };
}
