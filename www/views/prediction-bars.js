// @ts-check
/** The ten outputs as bars. Its looks are in views.css: rows `.score`, parts `.score-…`. */

import { clamp } from "../scales.js";

/**
 * @typedef {object} PredictionData
 * @property {Float32Array | null} scores  one per digit
 * @property {number | null} digit  the one that wins
 * @property {number | null} label  the one that is wanted, when known
 * @property {boolean} probabilities  the scores add up to one
 */

/** @param {HTMLElement} element */
export function createPredictionBars(element) {
  const rows = Array.from({ length: 10 }, (_, digit) => createRow(digit));
  element.replaceChildren(...rows.map(({ row }) => row));
  element.classList.add("scores");

  return {
    /** @param {PredictionData} data */
    draw({ scores, digit, label }) {
      rows.forEach(({ row, bar, number }, k) => {
        const score = scores ? scores[k] : null;
        const known = score !== null && Number.isFinite(score);
        const exact = known ? String(score) : "";
        row.classList.toggle("score-winner", k === digit);
        row.classList.toggle("score-wanted", k === label);
        if (row.dataset.score === exact) return;
        row.dataset.score = exact;
        // A bar starts at zero; an output below zero (tanh has them) grows in the negative colour.
        row.classList.toggle("score-negative", known && score < 0);
        bar.style.transform = `scaleX(${known ? clamp(Math.abs(score), 0, 1).toFixed(4) : 0})`;
        number.textContent = known ? score.toFixed(2).replace("-", "\u2212") : "\u2013";
      });
    },

    /** @param {PredictionData} data */
    describe({ scores, digit, label, probabilities }) {
      if (!scores || digit === null) return "No digit to read yet.";
      const kind = probabilities ? "a probability" : "an activation";
      const wanted = label === null ? "" : label === digit ? ", which is right" : `, but it is a ${label}`;
      return `The network reads ${digit} with ${kind} of ${scores[digit].toFixed(2)}${wanted}.`;
    },
  };
}

/** @param {number} digit */
function createRow(digit) {
  const row = document.createElement("div");
  row.className = "score";
  row.dataset.digit = String(digit);
  row.dataset.score = "";
  const name = document.createElement("span");
  name.className = "score-digit";
  name.textContent = String(digit);
  const track = document.createElement("span");
  track.className = "score-track";
  const bar = document.createElement("span");
  bar.className = "score-bar";
  bar.style.transform = "scaleX(0)";
  track.append(bar);
  const number = document.createElement("span");
  number.className = "score-number";
  number.textContent = "\u2013";
  row.append(name, track, number);
  return { row, bar, number };
}
