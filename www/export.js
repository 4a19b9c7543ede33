// @ts-check
/**
 * The history to take along: as a table of all its numbers, and as a picture.
 *
 * @module
 */

import { createLayer } from "./canvas.js";
import { create } from "./dom.js";
import { palette } from "./palette.js";
import { readingAt } from "./views/history-chart.js";
import { runName } from "./words.js";

/** @typedef {import("./state.js").State} State */

/** Around the picture, in units, and its line of text. */
const MARGIN = 12;
const LINE = 18;

/** What was measured, with every digit of it: RFC 4180, one row a step. @param {Pick<State, "history" | "options">} state */
export function historyTable({ history, options }) {
  const columns = {
    step: history.steps,
    "examples seen": history.examples,
    epoch: history.epoch,
    [`cost (${options?.cost === "squares" ? "sum of squares" : "cross-entropy in nats"} per image)`]: history.cost,
    "training images read (share)": history.trainAccuracy,
    "unseen images read (share)": history.testAccuracy,
    "training images measured": history.measuredOn,
  };
  const rows = history.steps.map((_, row) => Object.values(columns).map((column) => column[row]).join(","));
  return [Object.keys(columns).join(","), ...rows, ""].join("\r\n");
}

/** @param {State} state */
export function saveTable(state) {
  download(new Blob([historyTable(state)], { type: "text/csv" }), `${fileName(state)}.csv`);
}

/** The chart as it stands, on the page's ground, with lines that say what it is and where the run has come to. @param {State} state @param {HTMLCanvasElement} canvas */
export function savePicture(state, canvas) {
  const ratio = canvas.width / canvas.clientWidth;
  const width = canvas.clientWidth + 2 * MARGIN;
  const height = canvas.clientHeight + 2 * LINE + 2 * MARGIN;
  const layer = createLayer(width * ratio, height * ratio);
  const { ctx } = layer;
  const colours = palette();
  ctx.scale(ratio, ratio);
  ctx.fillStyle = colours.ground;
  ctx.fillRect(0, 0, width, height);
  ctx.drawImage(canvas, MARGIN, MARGIN + 2 * LINE, canvas.clientWidth, canvas.clientHeight);
  ctx.font = colours.font(12);
  ctx.textBaseline = "middle";
  ctx.fillStyle = colours.text;
  ctx.fillText(runName(state), MARGIN, MARGIN + LINE / 2, width - 2 * MARGIN);
  ctx.fillStyle = colours.muted;
  ctx.fillText(readingAt(state.history, state.history.steps.length - 1).join("   "), MARGIN, MARGIN + 1.5 * LINE, width - 2 * MARGIN);
  layer.canvas.toBlob((blob) => blob && download(blob, `${fileName(state)}.png`));
}

/** @param {State} state */
function fileName({ options, step }) {
  return `descent-${options?.preset}-seed-${options?.seed}-step-${step}`;
}

/** @param {Blob} blob @param {string} name */
export function download(blob, name) {
  const link = create("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  // By then the browser has taken hold of it.
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
