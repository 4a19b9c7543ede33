// @ts-check
/**
 * How well the network reads, below the stage: counts of what is taken for what, the images behind each count, the
 * surest mistakes. Measured anew while it is looked at.
 *
 * @module
 */

import { byId, setText } from "./dom.js";
import { cost, percent, whole } from "./format.js";
import { createConfusionTable } from "./views/confusion-table.js";
import { createThumbnails } from "./views/thumbnails.js";
import { createWatching } from "./watching.js";
import { className } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Topic} Topic */
/** @typedef {import("./protocol.js").SingleReading} SingleReading */

/** While training so many images have to do; 0 are all. */
const AT_MOST = 10_000;
/** Images shown behind a count, and mistakes. */
const BEHIND = 48;
const MISTAKES = 12;

/**
 * @param {{ state: State, ask: import("./protocol.js").Ask, command(message: import("./protocol.js").AboutRun): void, redraw(topics: Topic[]): void,
 *   toPad(): void }} page   `toPad` brings into sight what stands before the network
 */
export function createEvaluation({ state, ask, command, redraw, toPad }) {
  const section = byId("evaluation");
  const table = createConfusionTable(/** @type {HTMLTableElement} */ (byId("confusion")), openCell);
  const behind = createThumbnails(byId("cell-images"), (place) => show(state.cell?.readings[place]));
  const mistakes = createThumbnails(byId("mistakes"), (place) => show(state.survey?.mistakes[place]));
  /** @type {"test" | "train"} */
  let set = "test";
  const watching = createWatching(state, section, measure);

  byId("evaluated").addEventListener("change", (event) => {
    set = /** @type {HTMLInputElement} */ (event.target).value === "train" ? "train" : "test";
    state.cell = null;
    watching.renew();
  });

  async function measure() {
    const limit = state.playing ? AT_MOST : 0;
    const { chosenCell } = state;
    // In one breath, so that both are about the same network.
    const [survey, cell] = await Promise.all([
      ask({ type: "survey", set, limit, count: MISTAKES }),
      chosenCell && ask({ type: "cell", set, limit, ...chosenCell, count: BEHIND }),
    ]);
    // Another set may be looked at by now.
    if (survey.set === set) {
      state.survey = survey;
      if (chosenCell === state.chosenCell) state.cell = cell;
    }
    redraw(["evaluation"]);
  }

  /** @param {number} label @param {number} read */
  function openCell(label, read) {
    const same = state.chosenCell?.label === label && state.chosenCell.read === read;
    state.chosenCell = same ? null : { label, read };
    state.cell = null;
    redraw(["evaluation"]);
    watching.renew(true);
  }

  /** Puts an image before the network. @param {SingleReading | undefined} reading */
  function show(reading) {
    if (!reading) return;
    command({ type: "show-example", set: state.survey?.set ?? set, index: reading.index });
    toPad();
  }

  /** @param {SingleReading[]} readings @param {Uint8Array} pictures */
  function thumbnails(readings, pictures) {
    const size = (state.limits?.imageSide ?? 0) ** 2;
    return readings.map(({ label, read, score }, k) => ({
      pixels: pictures.subarray(k * size, (k + 1) * size),
      caption: label === read ? `${className(state, read)} ${score.toFixed(2)}` : `${className(state, label)} \u2192 ${className(state, read)}`,
      name: `A ${className(state, label)} read as ${className(state, read)} with ${score.toFixed(2)}: put it before the network`,
    }));
  }

  return {
    /** @param {Set<Topic>} changed */
    draw(changed) {
      if (changed.has("readouts") || changed.has("options")) watching.renew();
      if (!changed.has("evaluation") && !changed.has("options")) return;
      const { survey, cell, chosenCell, limits } = state;
      if (!limits) return;
      const side = limits.imageSide;
      const names = Array.from({ length: limits.classes }, (_, digit) => className(state, digit));
      table.draw({ confusion: survey?.confusion ?? null, recall: survey?.recall ?? [], names, chosen: chosenCell });
      setText(byId("evaluation-words"), survey ? evaluationWords(survey) : "");
      const none = chosenCell !== null && cell !== null && cell.readings.length === 0;
      setText(byId("cell-words"), cellWords(chosenCell, names, none, counted(survey, chosenCell)));
      behind.draw({ items: cell ? thumbnails(cell.readings, cell.pictures) : [], side, full: 255 });
      mistakes.draw({ items: survey ? thumbnails(survey.mistakes, survey.pictures) : [], side, full: 255 });
      setText(byId("mistakes-words"), survey && survey.mistakes.length === 0 ? "None: it reads them all." : "");
    },
  };
}

/** @param {import("./protocol.js").Survey} survey */
function evaluationWords({ set, accuracy, examples, cost: mean }) {
  const kind = set === "test" ? "images it has never learnt from" : "training images";
  return `${whole(Math.round(accuracy * examples))} of ${whole(examples)} ${kind} read: ${percent(accuracy)}, at a cost of ${cost(mean)}.`;
}

/**
 * How many images are behind a count; none while that is not known.
 * @param {import("./protocol.js").Survey | null} survey @param {{ label: number, read: number } | null} chosen
 */
function counted(survey, chosen) {
  return survey && chosen ? survey.confusion[chosen.label][chosen.read] : 0;
}

/** @param {{ label: number, read: number } | null} chosen @param {string[]} names @param {boolean} none @param {number} count */
function cellWords(chosen, names, none, count) {
  if (!chosen) return "Choose a count to see its images; choose an image to put it before the network.";
  const { label, read } = chosen;
  if (none) return `No ${names[label]} is read as ${names[read]}.`;
  const first = count > BEHIND ? `the surest ${BEHIND} of ${whole(count)}` : "the surest first";
  return `${names[label]}, read ${label === read ? "rightly" : `as ${names[read]}`}, ${first}:`;
}
