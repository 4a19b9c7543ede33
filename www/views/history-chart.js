// @ts-check
/**
 * Cost and accuracy over the run so far. The line of text above it is the legend, with the values under the
 * cursor; the newest stand elsewhere on the page. Dragging along the chart, or the arrow keys, scrub through the run.
 */

import uPlot from "../vendor/uplot.js";
import { unit } from "../canvas.js";
import { create, modified } from "../dom.js";
import * as format from "../format.js";
import { palette } from "../palette.js";
import { clamp, roundUp, tickLabel } from "../scales.js";

/**
 * @typedef {object} HistoryData
 * @property {number[]} steps  ascending, those at which it was measured
 * @property {number[]} cost   of the training images, or of some of them
 * @property {number[]} trainAccuracy  0..1, on the same
 * @property {number[]} testAccuracy   and on the unseen images
 * @property {boolean} logarithmic  the cost's axis
 * @property {{ name: string, history: Pick<HistoryData, "steps" | "cost" | "trainAccuracy" | "testAccuracy"> } | null} [kept]  another run
 * @property {{ step: number, cost: number } | null} [here]  an earlier step that is looked at; otherwise here is the newest
 */

/**
 * Where steps stand closer than this many units, those that share a column are drawn as a band from
 * the lowest cost to the highest and a line through their mean.
 */
const COLUMN = 2;

/** Before so many steps the axis of steps does not grow: the first ones do not rush across the chart. */
const FEWEST_STEPS = 10;

/** Beside a kept run that came farther, a new one has the picture to itself but for this factor: else it is a line at the edge. */
const AHEAD = 1.25;
/** While an earlier step is looked at, what came later leaves at the top where it is so many times as high as all up to there. */
const WILD = 3;

/** Whole steps between ticks. */
const STEP_INCREMENTS = Array.from({ length: 8 }, (_, decade) => [1, 2, 5].map((rung) => rung * 10 ** decade)).flat();

/** So many numbers on an axis are enough, however tall it is; and so many pixels each of them needs. */
const MOST_TICKS = 6;
const TICK_SPACE = 28;

/** What a key moves by, in steps that can be looked back at. @type {Record<string, number>} */
const MOVES = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

/** A step's number this close to the right end would run into the other axis. */
const END_ROOM = 12;
const COST_AXIS = 36;
const ACCURACY_AXIS = 46;
const AXES_WIDTH = COST_AXIS + ACCURACY_AXIS;

/**
 * @param {HTMLElement} element  with a size of its own; the chart fills it
 * @param {object} callbacks
 * @param {(step: number) => void} [callbacks.onScrub]  to this step, while the visitor drags
 * @param {(by: number) => void} [callbacks.onMove]  by so many steps, with the keys
 * @param {() => void} [callbacks.onEnd]  back to where the run has come to
 */
export function createHistoryChart(element, { onScrub, onMove, onEnd } = {}) {
  const parts = ["step", "cost", "test", "train"].map((name) => create("span", { className: `history-${name}` }));
  const readout = create("div", { className: "history-readout" }, ...parts);
  /** What the kept run was. */
  const keptName = create("div", { className: "history-readout history-kept", hidden: true });
  /** You are here: a line at the step, and a dot on the cost. */
  const marker = create("div", { className: "history-here", hidden: true });
  element.classList.add("history");
  element.replaceChildren(readout, keptName);

  /** @type {uPlot | null} */
  let chart = null;
  /** The theme, the kind of axis and the unit that the chart was made for. @type {{ colours: import("../palette.js").Palette, logarithmic: boolean, kept: unknown, px: number } | null} */
  let madeFor = null;
  /** @type {HistoryData} */
  let shown = { steps: [], cost: [], trainAccuracy: [], testAccuracy: [], logarithmic: false };
  /** The chart's canvas, which is what takes the keys. @type {HTMLCanvasElement | null} */
  let slider = null;
  /** Where the visitor put the cursor; null: at the newest step. @type {number | null} */
  let chosen = null;
  /** The pointer that drags. @type {number | null} */
  let pointer = null;

  function refit() {
    chart?.setSize(size());
    // What came while it was hidden has not been drawn.
    if (chart || shown.steps.length > 0) paint();
  }
  new ResizeObserver(refit).observe(element);
  // The chart's canvas comes back empty when the browser has dropped it.
  element.addEventListener("contextrestored", refit, true);

  element.addEventListener("keydown", (event) => {
    if (shown.steps.length === 0 || modified(event)) return;
    const move = MOVES[event.key];
    if (move) onMove?.(move);
    else if (event.key === "Home") onScrub?.(shown.steps[0]);
    else if (event.key === "End") onEnd?.();
    else return;
    event.preventDefault();
    choose(null);
  });

  /** The step nearest to a place on the chart. @param {number} left CSS pixels @returns {number} */
  function indexAt(left) {
    return indexOf(chart ? chart.posToVal(left, "x") : 0);
  }

  /** @param {number} value the step that is sought @returns {number} the place of the nearest there is */
  function indexOf(value) {
    const { steps } = shown;
    let low = 0;
    let high = steps.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (steps[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low > 0 && value - steps[low - 1] < steps[low] - value ? low - 1 : low;
  }

  /** @param {number | null} index */
  function choose(index) {
    chosen = index;
    writeReadout();
  }

  function size() {
    return { width: Math.max(1, element.clientWidth), height: Math.max(1, element.clientHeight - readout.offsetHeight - (shown.kept ? keptName.offsetHeight : 0)) };
  }

  function paint() {
    // Its canvas is there from the start, also where another part of the page is shown.
    if (chart && !(element.clientWidth > 0 && element.clientHeight > 0)) return;
    const colours = palette();
    const kept = shown.kept ?? null;
    if (!chart || madeFor?.colours !== colours || madeFor.logarithmic !== shown.logarithmic || madeFor.kept !== kept || madeFor.px !== unit()) {
      const focused = chart !== null && element.contains(document.activeElement);
      chart?.destroy();
      madeFor = { colours, logarithmic: shown.logarithmic, kept, px: unit() };
      keptName.hidden = !kept;
      chart = makeChart(madeFor);
      const canvas = chart.root.querySelector("canvas");
      if (canvas) {
        canvas.id = "history";
        canvas.tabIndex = 0;
        canvas.setAttribute("role", "slider");
        canvas.setAttribute("aria-label", "History of the run; arrow keys bring earlier steps back");
        // Nothing is recorded before the first measurement.
        canvas.setAttribute("aria-valuenow", "0");
        slider = canvas;
        if (focused) canvas.focus({ preventScroll: true });
      }
      chart.over.append(marker);
      listen(chart);
    } else {
      chart.setData(columns());
    }
    if (kept) keptName.textContent = `kept${beyond(kept) ? ` to ${format.whole(kept.history.steps.at(-1) ?? 0)} \u2192` : ""}: ${kept.name}`;
    writeReadout();
  }

  /** Whether a kept run goes on beyond the picture. @param {NonNullable<HistoryData["kept"]>} kept */
  const beyond = ({ history }) => (history.steps.at(-1) ?? 0) > Math.max(FEWEST_STEPS, farthest());

  /** @returns {uPlot.AlignedData} */
  function columns() {
    const most = Math.max(20, (element.clientWidth / unit() - AXES_WIDTH) / COLUMN);
    const { steps, low, high, mean, test, train } = condense(shown, most);
    /** @type {uPlot.AlignedData} */
    const own = [steps, low, high, mean, test, train];
    if (!shown.kept) return own;
    const other = condense({ ...shown.kept.history, logarithmic: shown.logarithmic }, most);
    return uPlot.join([own, [other.steps, other.mean, other.test]]);
  }

  /** @param {{ colours: import("../palette.js").Palette, logarithmic: boolean, px: number }} how */
  function makeChart({ colours, logarithmic, px }) {
    // The library finds whole numbers of pixels only, and enlarges those.
    const font = colours.font(Math.round(11 * px));
    const quiet = { stroke: colours.muted, font, ticks: { show: false }, border: { show: false } };
    // A line needs two points: until then the first shows as a dot.
    const points = { show: () => shown.steps.length < 2, size: 5 * px };
    const grid = { stroke: colours.fade("line", 0.6), width: 1 };
    /** @type {uPlot.Options} */
    const options = {
      ...size(),
      padding: [6 * px, 0, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      hooks: { draw: [mark], setCursor: [({ cursor }) => choose(typeof cursor.left === "number" && cursor.left >= 0 ? indexAt(cursor.left) : null)] },
      scales: {
        x: { time: false, range: (_, __, high) => [0, Math.max(FEWEST_STEPS, Math.min(high ?? 0, farthest()))] },
        cost: logarithmic ? { distr: 3, log: 10, range: logarithmicRange } : { range: (_, __, high) => [0, roundUp(1.02 * Math.min(high || 1, highest()), [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10])] },
        accuracy: { range: [0, 1] },
      },
      axes: [
        { ...quiet, grid: { show: false }, size: 18 * px, gap: 4 * px, space: (self) => Math.max(64 * px, self.width / 8), incrs: STEP_INCREMENTS, values: wholeSteps },
        {
          ...quiet,
          stroke: colours.negative,
          scale: "cost",
          grid,
          size: COST_AXIS * px,
          gap: 4 * px,
          space: tickSpace,
          ...(logarithmic ? { splits: (self) => decades(self), filter: (_, marks) => marks } : {}),
          values: (_, marks) => marks.map((mark) => (mark === null ? "" : costLabel(mark, logarithmic ? mark : marks[1] - marks[0]))),
        },
        {
          ...quiet,
          stroke: colours.positive,
          scale: "accuracy",
          side: 1,
          grid: { show: false },
          size: ACCURACY_AXIS * px,
          // The dot at the newest step needs room of its own.
          gap: 8 * px,
          space: tickSpace,
          values: (_, marks) => marks.map((mark) => `${Math.round(100 * mark)}\u00a0%`),
        },
      ],
      bands: [{ series: [2, 1], fill: colours.fade("negative", 0.15) }],
      series: [
        {},
        // The band may leave the picture: the axis follows the mean.
        { scale: "cost", auto: false, stroke: "transparent", width: 0, spanGaps: true, points: { show: false } },
        { scale: "cost", auto: false, stroke: "transparent", width: 0, spanGaps: true, points: { show: false } },
        { scale: "cost", stroke: colours.negative, width: 1.5 * px, spanGaps: true, points },
        { scale: "accuracy", stroke: colours.positive, width: 2 * px, spanGaps: true, points },
        { scale: "accuracy", stroke: colours.positive, width: px, dash: [4 * px, 3 * px], spanGaps: true, points },
        ...(shown.kept ? [keptSeries("cost", colours.fade("negative", 0.6), px), keptSeries("accuracy", colours.fade("positive", 0.6), px)] : []),
      ],
    };
    return new uPlot(options, columns(), element);
  }

  /** The last step that is shown, where a kept run came farther than this one. */
  function farthest() {
    const newest = shown.steps[shown.steps.length - 1] ?? 0;
    return shown.kept && newest > 0 ? AHEAD * newest : Infinity;
  }

  /** The highest cost that is shown, while an earlier step is looked at: after it the run may have gone beyond all measure. */
  function highest() {
    return shown.here ? WILD * Math.max(...shown.cost.slice(0, at() + 1)) || Infinity : Infinity;
  }

  /** The place of the step looked at, or of the newest. */
  function at() {
    const last = shown.steps.length - 1;
    return shown.here ? indexOf(shown.here.step) : last;
  }

  /** @param {uPlot} plot */
  function mark(plot) {
    const last = shown.steps.length - 1;
    const here = shown.here ?? { step: shown.steps[last], cost: shown.cost[last] };
    marker.hidden = last < 0;
    if (marker.hidden) return;
    marker.classList.toggle("history-back", Boolean(shown.here));
    marker.style.left = `${plot.valToPos(here.step, "x")}px`;
    marker.style.setProperty("--cost", `${clamp(plot.valToPos(here.cost, "cost"), 0, plot.over.clientHeight)}px`);
  }

  /** @param {uPlot} plot */
  function listen({ over }) {
    // What was dragged is gone.
    pointer = null;
    /** @param {PointerEvent} event */
    const toIndex = (event) => {
      if (!chart || shown.steps.length === 0) return;
      const left = clamp(event.clientX - over.getBoundingClientRect().left, 0, over.clientWidth);
      const index = indexAt(left);
      if (index === shown.steps.length - 1) onEnd?.();
      else onScrub?.(shown.steps[index]);
    };
    over.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || pointer !== null) return;
      // Else what follows takes the focus away again, and WebKit selects the texts that it is dragged over.
      event.preventDefault();
      pointer = event.pointerId;
      slider?.focus({ preventScroll: true });
      over.setPointerCapture(pointer);
      toIndex(event);
    });
    over.addEventListener("pointermove", (event) => event.pointerId === pointer && toIndex(event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"]))
      over.addEventListener(end, (event) => {
        if (event.pointerId === pointer) pointer = null;
      });
  }

  function writeReadout() {
    const last = shown.steps.length - 1;
    const asked = pointer === null ? chosen : null;
    const texts = asked === null || last < 0 ? ["", "cost", "unseen", "train"] : readingAt(shown, Math.min(asked, last));
    parts.forEach((part, k) => {
      if (part.textContent !== texts[k]) part.textContent = texts[k];
    });
    if (last >= 0) setValues(shown.steps[0], shown.steps[last], shown.here?.step ?? shown.steps[last], readingAt(shown, at()).join(", "));
  }

  /** @param {number} least @param {number} most @param {number} now @param {string} text */
  function setValues(least, most, now, text) {
    slider?.setAttribute("aria-valuemin", String(least));
    slider?.setAttribute("aria-valuemax", String(most));
    slider?.setAttribute("aria-valuenow", String(now));
    slider?.setAttribute("aria-valuetext", text);
  }

  return {
    /** @param {HistoryData} data */
    draw(data) {
      // A new run starts over: a cursor left from the last one would point at nothing.
      if (chosen !== null && chosen >= data.steps.length) chosen = null;
      shown = data;
      paint();
    },

    /** @param {HistoryData} data */
    describe(data) {
      const last = data.steps.length - 1;
      if (last < 0) return "No step has been made yet.";
      const [step, cost, test, train] = readingAt(data, last);
      const kept = data.kept ? ` Kept to compare with: ${data.kept.name}; ${readingAt(data.kept.history, data.kept.history.steps.length - 1).join(", ")}.` : "";
      return `After ${step}: ${cost}, from ${format.cost(data.cost[0])} at ${data.steps[0] === 0 ? "the start" : `step ${format.whole(data.steps[0])}`}; ${test}, ${train}.${kept}`;
    },
  };
}

/**
 * The history in at most about `columns` columns. A column spans a power of two of steps, counted from
 * zero, so that columns keep their members while the run grows and the band does not shimmer.
 * @param {HistoryData} data @param {number} columns
 */
export function condense({ steps, cost, testAccuracy, trainAccuracy, logarithmic }, columns) {
  const count = steps.length;
  const span = count > 0 ? steps[count - 1] + 1 : 1;
  const width = span > columns ? 2 ** Math.ceil(Math.log2(span / columns)) : 1;
  /** @type {Record<"low" | "high" | "mean", (number | null)[]> & Record<"steps" | "test" | "train", number[]>} */
  const condensed = { steps: [], low: [], high: [], mean: [], test: [], train: [] };
  for (let first = 0; first < count; ) {
    // The first step stands alone: where the run came from is not to be averaged away. So does the first after a gap: a fall
    // within its column would look like a long slope from before the gap.
    const alone = first === 0 || steps[first] - steps[first - 1] > width;
    const end = alone ? steps[first] + 1 : (Math.floor(steps[first] / width) + 1) * width;
    let low = Infinity;
    let high = -Infinity;
    let sum = 0;
    let measured = 0;
    let at = first;
    for (; at < count && steps[at] < end; at++) {
      const value = cost[at];
      // A cost of zero has no place on a logarithmic axis.
      if (Number.isFinite(value) && !(logarithmic && value <= 0)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
        sum += value;
        measured++;
      }
    }
    condensed.steps.push(steps[at - 1]);
    condensed.low.push(measured > 0 ? low : null);
    condensed.high.push(measured > 0 ? high : null);
    condensed.mean.push(measured > 0 ? sum / measured : null);
    condensed.test.push(testAccuracy[at - 1]);
    condensed.train.push(trainAccuracy[at - 1]);
    first = at;
  }
  return condensed;
}

/**
 * The values at one step in words.
 * @param {Pick<HistoryData, "steps" | "cost" | "trainAccuracy" | "testAccuracy">} data @param {number} at
 * @returns {[step: string, cost: string, test: string, train: string]}
 */
export function readingAt({ steps, cost, testAccuracy, trainAccuracy }, at) {
  return [
    `step ${format.whole(steps[at])}`,
    `cost ${format.cost(cost[at])}`,
    `unseen ${format.percent(testAccuracy[at])}`,
    `train ${format.percent(trainAccuracy[at])}`,
  ];
}

/** @param {string} scale @param {string} stroke @param {number} px @returns {uPlot.Series} */
function keptSeries(scale, stroke, px) {
  return { scale, stroke, width: 1.5 * px, dash: [1.5 * px, 3 * px], spanGaps: true, points: { show: false } };
}

/** A cost that the axis has room for: a run that goes wrong comes to thousands. @param {number} mark @param {number} step */
function costLabel(mark, step) {
  return mark >= 10_000 && mark < 1_000_000 ? `${format.plain(mark / 1000)}k` : tickLabel(mark, step);
}

/** All steps but one at the very end, which would run into the axis there. @param {uPlot} chart @param {number[]} marks */
function wholeSteps({ width, scales }, marks) {
  const { min = 0, max = 1 } = scales.x;
  const shown = 1 - END_ROOM / (width / unit() - AXES_WIDTH);
  return marks.map((mark) => (mark > min + shown * (max - min) ? "" : format.whole(mark)));
}

/** @param {uPlot} chart */
function tickSpace({ height }) {
  return Math.max(TICK_SPACE * unit(), height / MOST_TICKS);
}

/** Whole rungs of 1, 2, 5, so that the axis moves seldom. @param {uPlot} _ @param {number | null} low @param {number | null} high @returns {uPlot.Range.MinMax} */
function logarithmicRange(_, low, high) {
  const top = roundUp(high || 1);
  const bottom = low && low > 0 ? 0.6 * low : top / 10;
  return [Math.min(1 / roundUp(1 / bottom), top / 2), top];
}

/** Ticks at 1, 2 and 5 times the powers of ten, or at the powers alone where they would crowd. @param {uPlot} chart */
function decades({ scales, height }) {
  const low = scales.cost.min ?? 0.1;
  const high = scales.cost.max ?? 1;
  const span = Math.log10(high / low);
  const room = height / span / unit();
  const rungs = room > 150 ? [1, 2, 5] : room > 90 ? [1, 3] : [1];
  /** @type {number[]} */
  const marks = [];
  for (let decade = Math.floor(Math.log10(low)); decade <= Math.ceil(Math.log10(high)); decade++) {
    for (const rung of rungs) {
      const mark = Number((rung * 10 ** decade).toPrecision(1));
      if (mark >= low * 0.999 && mark <= high * 1.001) marks.push(mark);
    }
  }
  return marks;
}
