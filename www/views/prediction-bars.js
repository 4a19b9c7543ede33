// @ts-check
/**
 * The ten outputs as bars; beside them, once the wanted output is known, what each adds to the cost, and under them all of
 * that in one bar. Its looks are in views.css: rows `.score`, parts `.score-…`.
 */

import { create, setText } from "../dom.js";
import { withArticle, cost as written } from "../format.js";
import { clamp } from "../scales.js";

/**
 * @typedef {object} PredictionData
 * @property {Float32Array | null} scores  one per digit
 * @property {number | null} digit  the one that wins
 * @property {number | null} label  the one that is wanted, when known
 * @property {boolean} probabilities  the scores add up to one
 * @property {Float32Array | null} shares  what each output adds to the cost, when the wanted one is known
 * @property {number | null} cost  all of them together
 * @property {string[]} [names]  of the ten, where they are not digits
 * @property {string} [remark]  what is to be thought of it
 */

/** The bar of the cost is full here, always: it is to shrink as the cost does... */
const FULL_COST = 3;
/** ...and that of one squared error where it is as large as it can be between 0 and 1; a logarithm has no such end. */
const FULL_SQUARE = 1;

/** @param {HTMLElement} element */
export function createPredictionBars(element) {
  const rows = Array.from({ length: 10 }, (_, digit) => createRow(digit));
  const sum = createSum();
  element.replaceChildren(...rows.map(({ row }) => row), sum.row);
  element.classList.add("scores");

  return {
    /** @param {PredictionData} data */
    draw({ scores, digit, label, shares, cost, probabilities, names = [] }) {
      const full = probabilities ? FULL_COST : FULL_SQUARE;
      element.classList.toggle("scores-named", names.length > 0);
      element.classList.toggle("scores-costed", shares !== null);
      sum.row.classList.toggle("score-sum-over", cost !== null && cost > FULL_COST);
      setText(sum.number, shares && cost !== null ? written(cost) : "");
      rows.forEach(({ row, name, bar, number, share }, k) => {
        setText(name, names[k] ?? String(k));
        const added = shares ? shares[k] : 0;
        setText(share, shares ? `+${added.toFixed(2)}` : "");
        share.style.backgroundSize = `${(100 * clamp(added / full, 0, 1)).toFixed(1)}% 100%`;
        sum.parts[k].style.width = `${((100 * added) / Math.max(FULL_COST, cost ?? 0)).toFixed(2)}%`;
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
        setText(number, known ? score.toFixed(2).replace("-", "\u2212") : "\u2013");
      });
    },

    /** @param {PredictionData} data */
    describe({ scores, digit, label, probabilities, cost, names = [], remark = "" }) {
      if (!scores || digit === null) return "No digit to read yet.";
      const kind = probabilities ? "a probability" : "an activation";
      const wanted = label === null ? "" : label === digit ? ", which is right" : `, but it is ${withArticle(names[label] ?? label)}`;
      return `The network reads ${names[digit] ?? digit} with ${kind} of ${scores[digit].toFixed(2)}${wanted}${remark && `: ${remark}`}.${cost === null ? "" : ` The cost of this one is ${written(cost)}.`}`;
    },
  };
}

/** @param {number} digit */
function createRow(digit) {
  const name = part("score-digit", String(digit));
  const bar = part("score-bar");
  bar.style.transform = "scaleX(0)";
  const number = part("score-number", "\u2013");
  const share = part("score-share");
  const row = create("div", { className: "score" }, name, part("score-track", bar), number, share);
  Object.assign(row.dataset, { digit: String(digit), score: "" });
  return { row, name, bar, number, share };
}

/** The ten shares end to end. */
function createSum() {
  const parts = Array.from({ length: 10 }, () => create("span"));
  const number = part("score-number");
  const row = create("div", { className: "score-sum" }, create("span", {}, "cost"), part("score-parts", ...parts), number);
  return { row, parts, number };
}

/** @param {string} className @param {(Node | string)[]} children */
const part = (className, ...children) => create("span", { className }, ...children);
