// @ts-check
import assert from "node:assert/strict";
import { register } from "node:module";
import { test } from "node:test";
import { FakeElement, calls, fakeCanvas, useTheme } from "./recording.js";

// The chart library draws; here it only has to take what it is given. Chart coordinates: one pixel per step.
const library = `export default class {
  constructor(options, data, element) {
    this.options = options;
    this.data = data;
    this.cursor = {};
    this.root = { querySelector: () => (this.canvas = globalThis.chartCanvas) };
    this.over = globalThis.chartOver;
    globalThis.chart = this;
  }
  setData(data) { this.data = data; }
  setCursor(cursor) { this.cursor = cursor; }
  setSize(size) { this.size = size; }
  valToPos(value) { return value; }
  posToVal(left) { return left; }
  destroy() { this.destroyed = true; }
  static join([own]) { return own; }
}`;
const hook = `export const resolve = (specifier, context, next) => specifier.endsWith("vendor/uplot.js")
  ? { url: ${JSON.stringify(`data:text/javascript,${encodeURIComponent(library)}`)}, shortCircuit: true }
  : next(specifier, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
const { condense, createHistoryChart, readingAt } = await import("../../www/views/history-chart.js");
const { createCostSparkline } = await import("../../www/views/cost-sparkline.js");

/** @param {number} count @returns {import("../../www/views/history-chart.js").HistoryData} */
function history(count) {
  const steps = Array.from({ length: count }, (_, k) => k);
  return {
    steps,
    cost: steps.map((step) => 2 / (1 + step) + (step % 2 ? 0.1 : 0)),
    trainAccuracy: steps.map((step) => step / 10_000),
    testAccuracy: steps.map((step) => step / 20_000),
    logarithmic: false,
  };
}

/** @returns {any} */
function chartElement() {
  const over = new FakeElement("div", 300, 100);
  Object.assign(globalThis, { chart: null, chartOver: over, chartCanvas: new FakeElement("canvas") });
  return { element: new FakeElement("div", 370, 180), over };
}
const chart = () => /** @type {any} */ (globalThis).chart;

test("a short history is drawn point by point", () => {
  const { steps, low, high, mean } = condense(history(50), 100);
  assert.equal(steps.length, 50);
  assert.deepEqual(low, mean);
  assert.deepEqual(high, mean);
});

test("a long history is condensed; its first step, newest step, extremes and mean survive", () => {
  const data = history(5001);
  const { steps, low, high, mean, test: unseen } = condense(data, 100);
  assert.ok(steps.length <= 101 && steps.length > 50, `${steps.length} columns`);
  assert.equal(steps[0], 0);
  assert.equal(mean[0], data.cost[0]);
  assert.equal(steps.at(-1), 5000);
  // The columns are of 64 steps: the third runs from 64 to 127.
  assert.equal(steps[2], 127);
  const members = data.cost.slice(64, 128);
  assert.equal(low[2], Math.min(...members));
  assert.equal(high[2], Math.max(...members));
  assert.ok(Math.abs(/** @type {number} */ (mean[2]) - members.reduce((a, b) => a + b) / 64) < 1e-12);
  assert.equal(unseen[2], data.testAccuracy[127]);
});

test("a sudden fall after a gap is no slope through the gap", () => {
  const steps = [0, 1, 2, 4000, 8000, 8010, 8020];
  const testAccuracy = [0.1, 0.2, 0.3, 0.95, 0.96, 0.5, 0.1];
  const { steps: drawn, test } = condense({ ...history(7), steps, testAccuracy }, 100);
  assert.deepEqual(drawn, [0, 2, 4000, 8000, 8020]);
  assert.deepEqual(test, [0.1, 0.3, 0.95, 0.96, 0.1]);
});

test("columns keep their members while the run grows", () => {
  const before = condense(history(3000), 100);
  const after = condense(history(3001), 100);
  assert.deepEqual(after.mean.slice(0, 40), before.mean.slice(0, 40));
});

test("the axes have room for what they say: costs of thousands, and no step at the very end", () => {
  useTheme("dark");
  const { element } = chartElement();
  createHistoryChart(element).draw(history(201));
  const [steps, costs] = chart().options.axes;
  assert.deepEqual(costs.values(null, [0, 0.5, 1]), ["0", "0.5", "1.0"]);
  assert.deepEqual(costs.values(null, [0, 5_000, 10_000]), ["0", "5000", "10k"]);
  assert.deepEqual(costs.values(null, [0, 12_500, 500_000]), ["0", "12.5k", "500k"]);
  // Before it is laid out, too.
  const scales = { x: { min: 0, max: 200 } };
  assert.deepEqual(steps.values({ width: 370, scales }, [0, 50, 100, 150, 200]), ["0", "50", "100", "150", ""]);
});

test("a cost of zero has no place on a logarithmic axis", () => {
  const data = { ...history(3), cost: [1, 0, Infinity], logarithmic: true };
  assert.deepEqual(condense(data, 100).mean, [1, null, null]);
});

test("a reading tells what was measured at a step", () => {
  const [step, cost, unseen, train] = readingAt(history(3000), 2500);
  assert.match(step, /^step 2500$/);
  assert.match(cost, /^cost 0\.0008/);
  assert.match(unseen, /^unseen 12\.5/);
  assert.match(train, /^train 25\.0/);
});

test("the chart's canvas is #history; a new theme or axis builds it anew, new data does not", () => {
  useTheme("dark");
  const { element } = chartElement();
  const view = createHistoryChart(element);
  view.draw(history(20));
  const first = chart();
  assert.equal(first.canvas.id, "history");
  view.draw(history(21));
  assert.equal(chart(), first);
  assert.equal(first.data[0].length, 21);
  view.draw({ ...history(21), logarithmic: true });
  assert.ok(first.destroyed && chart() !== first);
  const second = chart();
  useTheme("light");
  let focused = 0;
  second.canvas.focus = () => focused++;
  element.contains = () => true;
  view.draw({ ...history(21), logarithmic: true });
  assert.ok(second.destroyed && chart() !== second);
  assert.equal(focused, 1, "whoever was on it is on it still");
});

test("where another part of the page is shown the canvas is there all the same, and waits to be seen", () => {
  useTheme("dark");
  const { element } = chartElement();
  Object.assign(element, { clientWidth: 0, clientHeight: 0 });
  const view = createHistoryChart(element);
  view.draw(history(20));
  const hidden = chart();
  assert.equal(hidden?.canvas?.id, "history");
  view.draw(history(30));
  assert.equal(hidden.data[0].length, 20, "nobody sees it: no more is drawn");
  Object.assign(element, { clientWidth: 370, clientHeight: 180 });
  view.draw(history(30));
  assert.equal(chart(), hidden);
  assert.equal(hidden.data[0].length, 30);
});

test("dragging and the arrow keys scrub", () => {
  useTheme("dark");
  const { element, over } = chartElement();
  /** @type {(number | string)[]} */
  const scrubbed = [];
  const view = createHistoryChart(element, {
    onScrub: (step) => scrubbed.push(step),
    onMove: (by) => scrubbed.push(`by ${by}`),
    onEnd: () => scrubbed.push("end"),
  });
  view.draw(history(200));
  over.send("pointermove", { clientX: 50 });
  over.send("pointerdown", { clientX: 100.4 });
  over.send("pointermove", { clientX: 120 });
  over.send("pointerup");
  over.send("pointermove", { clientX: 150 });
  element.send("keydown", { key: "ArrowLeft" });
  element.send("keydown", { key: "End" });
  element.send("keydown", { key: "x" });
  assert.deepEqual(scrubbed, [100, 120, "by -1", "end"]);
  assert.equal(chart().canvas.attributes["aria-valuenow"], "199");
  view.draw({ ...history(200), here: { step: 41, cost: 0.1 } });
  assert.equal(chart().canvas.attributes["aria-valuenow"], "41");
  assert.match(chart().canvas.attributes["aria-valuetext"], /^step 41, cost 0\.14/);
  element.send("keydown", { key: "Home" });
  assert.equal(scrubbed.at(-1), 0);
  const before = scrubbed.length;
  element.send("keydown", { key: "ArrowLeft", altKey: true });
  over.send("pointerdown", { clientX: 100, button: 2 });
  assert.equal(scrubbed.length, before, "other buttons, and keys with others, are the browser's");
  over.send("pointerdown", { clientX: 280 });
  assert.equal(scrubbed.at(-1), "end", "at the right edge is where the run has come to");
});

test("the axes: beside a run that came farther, and while an earlier step is looked at, the picture is this run's", () => {
  useTheme("dark");
  const { element } = chartElement();
  const view = createHistoryChart(element);
  const ranges = (/** @type {object} */ change, /** @type {number} */ steps, /** @type {number} */ cost) => {
    view.draw({ ...history(200), ...change });
    const { x, cost: vertical } = chart().options.scales;
    return [x.range(null, 0, steps)[1], vertical.range(null, 0, cost)[1]];
  };
  assert.deepEqual(ranges({}, 199, 2), [199, 2.5]);
  assert.deepEqual(ranges({}, 3, 2), [10, 2.5], "the first steps do not rush across it");
  const kept = { name: "another", history: history(5000) };
  assert.equal(ranges({ kept }, 4999, 2)[0], 1.25 * 199);
  const wild = { ...history(200), cost: history(200).cost.map((cost, step) => (step > 150 ? 1e6 : cost)), here: { step: 100, cost: 0.1 } };
  assert.equal(ranges({ ...wild, kept: null }, 199, 1e6)[1], 8, "up to here it was at most 2");
});

test("values under the cursor are those of the run shown, and those of a shorter run than before are none", () => {
  useTheme("dark");
  const { element } = chartElement();
  const view = createHistoryChart(element);
  view.draw(history(200));
  const [readout] = element.children;
  const words = () => readout.children.map((/** @type {any} */ part) => part.textContent);
  const hover = (/** @type {number} */ left) => chart().options.hooks.setCursor[0]({ cursor: { left } });
  hover(150);
  assert.equal(words()[0], "step 150");
  view.draw(history(20));
  assert.deepEqual(words(), ["", "cost", "unseen", "train"]);
  hover(-10);
  assert.equal(words()[0], "");
});

test("one pointer drags, whatever others do, and none a chart that is built anew", () => {
  useTheme("dark");
  const { element, over } = chartElement();
  /** @type {number[]} */
  const scrubbed = [];
  const view = createHistoryChart(element, { onScrub: (step) => scrubbed.push(step) });
  view.draw(history(200));
  over.send("pointerdown", { clientX: 100 });
  over.send("pointerdown", { clientX: 10, pointerId: 2, isPrimary: false });
  over.send("pointermove", { clientX: 20, pointerId: 2, isPrimary: false });
  over.send("pointerup", { pointerId: 2, isPrimary: false });
  over.send("pointermove", { clientX: 120 });
  assert.deepEqual(scrubbed, [100, 120]);
  const { over: anew } = chartElement();
  view.draw({ ...history(200), logarithmic: true });
  anew.send("pointermove", { clientX: 140 });
  anew.send("pointerdown", { clientX: 150, pointerId: 3 });
  assert.deepEqual(scrubbed, [100, 120, 150]);
});

test("a history without a step draws an empty picture and says so", () => {
  useTheme("dark");
  const { element } = chartElement();
  const view = createHistoryChart(element);
  view.draw(history(0));
  assert.equal(view.describe(history(0)), "No step has been made yet.");
  assert.match(view.describe(history(11)), /^After step 10: cost 0\.18\d, from 2\.\d+ at the start; unseen 0\.1/);
});

test("the sparkline falls with the cost, from edge to edge, and begins with the first step", () => {
  useTheme("dark");
  const canvas = fakeCanvas(390, 46);
  const view = createCostSparkline(canvas);
  const of = (/** @type {number} */ count) => /** @type {any} */ ({ history: { ...history(count), cost: Array.from({ length: count }, (_, k) => 2 / (1 + k)) } });
  view.draw(of(1));
  assert.equal(calls(canvas, "fill").length, 0);
  view.draw(of(5000));
  const places = [...calls(canvas, "moveTo"), ...calls(canvas, "lineTo")].map(({ args }) => args);
  // The last two close the ground under the line.
  const line = places.slice(0, -2);
  assert.ok(line.length > 50 && line.length <= 132, `${line.length} places`);
  assert.ok(line[0][0] < 10 && line[line.length - 1][0] > 380);
  for (let k = 1; k < line.length; k++) assert.ok(line[k][0] > line[k - 1][0] && line[k][1] >= line[k - 1][1], `place ${k}`);
  const [dot] = calls(canvas, "arc");
  assert.deepEqual(dot.args.slice(0, 2), line[line.length - 1]);
});
