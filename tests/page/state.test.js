// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, createState, land, moveBall, say } from "../../www/state.js";
import { LIMITS } from "./core.js";

const COUNTS = { train: 50, test: 8 };

/** @param {object} [change] @returns {any} */
function started(change) {
  return {
    type: "started", run: 1, replaces: null, options: LIMITS.presets.video, counts: COUNTS, sizes: [4, 3, 2, 2],
    parameterCount: 3, step: 0, examples: 0, epoch: 0, continues: false, restored: false, ...change,
  };
}

/** @param {number} step @param {object} [change] @returns {any} */
function snapshot(step, change) {
  return {
    type: "snapshot", run: 1, step, examples: 10 * step, epoch: step / 5, parameters: new Float32Array(3), change: null, nudges: null,
    report: null, measured: [], curve: null, reading: null, ...change,
  };
}

/** @param {number} step @returns {any} */
function curve(step) {
  return { step, from: -1, to: 5, batch: new Float32Array(2), fixed: new Float32Array(2), slice: { cost: step } };
}

function running() {
  const state = createState();
  apply(state, { type: "ready", limits: LIMITS, counts: COUNTS, provenance: "made up" });
  apply(state, started());
  return state;
}

test("ready tells the limits, started the options", () => {
  const state = running();
  assert.equal(state.phase, "ready");
  assert.equal(state.limits, LIMITS);
  assert.deepEqual([state.run, state.step, state.options?.preset], [1, 0, "video"]);
});

test("a snapshot changes the numbers and what is drawn from them, and nothing else", () => {
  const state = running();
  const topics = apply(state, snapshot(3));
  assert.deepEqual([state.step, state.examples], [3, 30]);
  assert.deepEqual(new Set(topics), new Set(["readouts", "network", "reading", "neuron"]));
});

test("the gradient is drawn anew when it was measured, and when a nudge is over", () => {
  const state = running();
  const nudges = { step: 3, all: new Float32Array(2), largest: [] };
  assert.ok(apply(state, snapshot(3, { nudges })).includes("gradient"));
  assert.deepEqual(state.nudges, nudges);
  apply(state, { type: "nudged", run: 1, index: 0, change: 0.1, step: 3, predictedChange: 0, measuredChange: 0 });
  assert.ok(apply(state, snapshot(4)).includes("gradient"));
  assert.equal(state.nudged, null);
  assert.ok(!apply(state, snapshot(5)).includes("gradient"));
});

test("what was measured goes into the history", () => {
  const state = running();
  const measured = { step: 3, cost: 0.7, trainAccuracy: 0.6, testAccuracy: 0.5, exact: false, examples: 20 };
  assert.ok(apply(state, snapshot(3, { measured: [{ ...measured, step: 2 }, measured] })).includes("history"));
  assert.deepEqual(state.history.steps, [2, 3]);
  assert.equal(state.measured, measured);
});

test("late answers of a replaced run are dropped", () => {
  const state = running();
  apply(state, started({ run: 2 }));
  assert.deepEqual(apply(state, snapshot(9)), []);
  assert.equal(state.step, 0);
  assert.deepEqual(apply(state, { type: "diverged", run: 1, step: 1, cost: Infinity, learningRate: 9, dead: false, silent: false, overshoot: null }), []);
});

test("a restart empties the history; one that continues keeps it up to its step", () => {
  const state = running();
  const measured = (/** @type {number} */ step) => ({ step, cost: 1, trainAccuracy: 0, testAccuracy: 0, exact: true, examples: 1 });
  for (const step of [0, 5, 10]) apply(state, snapshot(step, { measured: [measured(step)] }));
  apply(state, started({ run: 2, step: 5, continues: true }));
  assert.deepEqual(state.history.steps, [0, 5]);
  apply(state, started({ run: 3 }));
  assert.deepEqual(state.history.steps, []);
});

test("of the run before nothing stands in the next one", () => {
  const state = running();
  const overshoot = { step: 9, stepLength: 4, turn: 0.25, cost: 1, costAfter: 3 };
  apply(state, { type: "diverged", run: 1, step: 9, cost: 3, learningRate: 9, dead: false, silent: false, overshoot });
  apply(state, snapshot(0, { curve: curve(0), idle: Uint8Array.of(1, 0, 0, 0, 0) }));
  apply(state, snapshot(1, { report: { step: 1, cost: 2, costAfter: 1.5 }, curve: curve(1) }));
  apply(state, { type: "saved", run: 1, bytes: new ArrayBuffer(2), step: 1 });
  const known = Object.assign(state, { plane: {}, survey: {}, cell: {} });
  apply(state, started({ run: 2 }));
  const { plane, survey, cell, idle, landing, nextCurve, report, saved } = known;
  assert.deepEqual({ plane, survey, cell, idle, landing, nextCurve, report, saved, overshoot: state.overshoot }, {
    plane: null, survey: null, cell: null, idle: null, landing: null, nextCurve: null, report: null, saved: null, overshoot: null,
  });
});

test("an earlier step is seen as it was measured, and where the run goes on from it what came after is forgotten", () => {
  const state = running();
  const measured = (/** @type {number} */ step) => ({ step, cost: 1 / (step + 1), trainAccuracy: 0, testAccuracy: 0, exact: true, examples: 1 });
  for (const step of [0, 5, 10]) apply(state, snapshot(step, { measured: [measured(step)] }));
  const back = { newest: 10, measured: measured(5), place: null };
  assert.ok(apply(state, snapshot(5, { back })).includes("history"));
  assert.deepEqual([state.back, state.measured], [back, back.measured]);
  const topics = apply(state, snapshot(10, { back: null, measured: [measured(10)] }));
  assert.ok(topics.includes("history") && topics.includes("plane"), "back again, it is not marked there any more");
  assert.deepEqual(state.history.steps, [0, 5, 10]);
  apply(state, snapshot(5, { back }));
  say(state, { text: "The link is copied." });
  apply(state, { type: "gone-on", run: 1, step: 5 });
  assert.deepEqual([state.back, state.history.steps, state.message.text], [null, [0, 5], "The link is copied."]);
});

test("a run is what its options make until something is changed on its way, and is so again when it begins anew", () => {
  const state = running();
  const options = LIMITS.presets.video;
  apply(state, { type: "options", run: 1, options, diverts: true });
  apply(state, { type: "options", run: 1, options, diverts: false });
  assert.equal(state.diverted, true);
  apply(state, started({ run: 2 }));
  assert.equal(state.diverted, false);
  apply(state, { type: "nudged", run: 2, index: 0, change: 0.1, step: 0, predictedChange: 0, measuredChange: 0 });
  assert.equal(state.diverted, false, "it can be undone");
  apply(state, snapshot(1, { run: 2 }));
  assert.equal(state.diverted, true);
  apply(state, started({ run: 3, step: 7 }));
  assert.equal(state.diverted, true, "nobody knows how it came there");
  apply(state, started({ run: 4, restored: true }));
  assert.equal(state.diverted, true, "nor with which weights it begins");
  // After a worker was lost it is known.
  for (const diverted of [true, false]) {
    state.diverted = diverted;
    apply(state, started({ run: 5, step: 7, restored: true, continues: true }));
    assert.equal(state.diverted, diverted);
  }
});

test("Play is meant for the run asked for last when it was pressed, answered or not", () => {
  const state = running();
  const play = () => Object.assign(state, { playing: true, playedFor: state.asked });
  state.asked = 1;
  play();
  state.asked = 2;
  apply(state, started({ run: 2 }));
  assert.equal(state.playing, false, "it was the run before that played");
  state.asked = 3;
  play();
  apply(state, started({ run: 3 }));
  assert.equal(state.playing, true);
  state.asked = 5;
  apply(state, started({ run: 4 }));
  assert.equal(state.playing, false);
});

test("parameters of another length are forgotten at once, those of the same stay until the next snapshot", () => {
  const state = running();
  apply(state, snapshot(0));
  const { parameters } = state;
  apply(state, started({ run: 2 }));
  assert.equal(state.parameters, parameters);
  apply(state, started({ run: 3, parameterCount: 99 }));
  assert.equal(state.parameters, null);
});

test("the ball moves along the curve of its own step, then stands on the next", () => {
  const state = running();
  apply(state, snapshot(0, { curve: curve(0) }));
  apply(state, snapshot(1, { report: { step: 1, cost: 2, costAfter: 1.5, predictedChange: -1 }, curve: curve(1) }));
  assert.deepEqual(state.landing, { t: 1, cost: 1.5 });
  assert.equal(state.curve?.step, 0, "the curve under the ball stays while it moves");
  moveBall(state, { progress: 0.5, rested: false });
  assert.equal(state.progress, 0.5);
  moveBall(state, { progress: 1, rested: false });
  apply(state, snapshot(1, { curve: curve(1) }));
  assert.equal(state.curve?.step, 0, "and while it is seen where it has landed");
  moveBall(state, { progress: 1, rested: true });
  assert.equal(state.curve?.step, 1);
  assert.deepEqual([state.landing, state.progress], [null, 0]);
  assert.deepEqual(state.ghosts, [{ step: 0, cost: 0 }], "a ghost where the step started from");
});

test("a curve that comes after the ball has rested is shown at once", () => {
  const state = running();
  apply(state, snapshot(0, { curve: curve(0) }));
  apply(state, snapshot(1, { report: { step: 1, cost: 2, costAfter: 1.5 } }));
  moveBall(state, { progress: 1, rested: true });
  apply(state, snapshot(1, { curve: curve(1) }));
  assert.deepEqual([state.curve?.step, state.landing], [1, null]);
});

test("a landing that was told already is not begun anew", () => {
  const state = running();
  apply(state, snapshot(0, { curve: curve(0) }));
  /** @type {any} */
  const report = { step: 1, cost: 2, costAfter: 1.5 };
  land(state, report);
  moveBall(state, { progress: 0.5, rested: false });
  apply(state, snapshot(1, { report }));
  assert.equal(state.progress, 0.5);
});

test("another rate makes another step: the ball waits no longer", () => {
  const state = running();
  apply(state, snapshot(0, { curve: curve(0) }));
  apply(state, snapshot(1, { report: { step: 1, cost: 2, costAfter: 1.5 }, curve: curve(1) }));
  moveBall(state, { progress: 1, rested: false });
  apply(state, { type: "options", run: 1, options: /** @type {any} */ ({ ...state.options, learningRate: 3 }), diverts: true });
  assert.deepEqual([state.curve?.step, state.landing], [1, null]);
});

test("a step made while the ball still moves puts it on the next curve first", () => {
  const state = running();
  apply(state, snapshot(0, { curve: curve(0) }));
  apply(state, snapshot(1, { report: { step: 1, cost: 2, costAfter: 1.5 }, curve: curve(1) }));
  apply(state, snapshot(2, { report: { step: 2, cost: 1.5, costAfter: 1.2 }, curve: curve(2) }));
  assert.equal(state.curve?.step, 1);
  assert.deepEqual(state.landing, { t: 1, cost: 1.2 });
});

test("the gradient that moves the ball stays until it has landed", () => {
  const nudges = (/** @type {number} */ step) => ({ step, all: new Float32Array(2), largest: [] });
  const rolling = () => {
    const state = running();
    apply(state, snapshot(0, { curve: curve(0), nudges: nudges(0) }));
    apply(state, snapshot(1, { report: { step: 1, costAfter: 0.5 }, curve: curve(1), nudges: nudges(1) }));
    assert.equal(state.nudges?.step, 0);
    return state;
  };
  let state = rolling();
  assert.deepEqual(moveBall(state, { progress: 1, rested: false }), ["slice"]);
  assert.deepEqual(moveBall(state, { progress: 1, rested: true }), ["slice", "gradient"]);
  assert.equal(state.nudges?.step, 1);
  state = rolling();
  apply(state, snapshot(9));
  assert.equal(state.nudges?.step, 1, "steps that nobody watched");
  state = rolling();
  apply(state, snapshot(2, { report: { step: 2, costAfter: 0.4 } }));
  assert.equal(state.nudges?.step, 1, "of the curve that the ball rolls along now");
  state = rolling();
  apply(state, { type: "options", run: 1, options: /** @type {any} */ (state.options), diverts: false });
  assert.equal(state.nudges?.step, 1);
  state = rolling();
  apply(state, started({ run: 2, replaces: 1 }));
  assert.equal(state.nudges, null);
});

test("at another rate nothing is said of the last step", () => {
  const state = running();
  apply(state, snapshot(1, { report: { step: 1, costAfter: 0.5 } }));
  apply(state, { type: "options", run: 1, options: /** @type {any} */ ({ ...state.options, batchSize: 1 }), diverts: true });
  assert.equal(state.report?.step, 1);
  apply(state, { type: "options", run: 1, options: /** @type {any} */ ({ ...state.options, learningRate: 3 }), diverts: true });
  assert.equal(state.report, null);
});

test("a report without its curve moves no ball", () => {
  const state = running();
  apply(state, snapshot(0, { curve: curve(0) }));
  apply(state, snapshot(7, { report: { step: 7, cost: 2, costAfter: 1.5 } }));
  assert.equal(state.landing, null);
});

test("steps nobody watched take the last landing with them, and so does a weight moved by hand", () => {
  for (const message of [snapshot(900), { type: "nudged", run: 1, index: 0, change: 0.1, step: 1, predictedChange: 0, measuredChange: 0 }]) {
    const state = running();
    apply(state, snapshot(0, { curve: curve(0) }));
    apply(state, snapshot(1, { report: { step: 1, cost: 2, costAfter: 1.5 }, curve: curve(1) }));
    apply(state, message);
    assert.deepEqual([state.landing, state.report, state.ghosts], [null, null, []], message.type);
  }
});

test("only so many ghosts are kept", () => {
  const state = running();
  apply(state, snapshot(0, { curve: curve(0) }));
  for (let step = 1; step < 30; step++)
    apply(state, snapshot(step, { report: { step, cost: 2, costAfter: 1 }, curve: curve(step) }));
  assert.deepEqual(state.ghosts.map(({ step }) => step), [18, 19, 20, 21, 22, 23, 24, 25, 26, 27]);
  // Of what was not watched there is none, and what lies further back is no trail of this place.
  for (const step of [35, 36, 37]) apply(state, snapshot(step, { report: { step, cost: 2, costAfter: 1 }, curve: curve(step) }));
  assert.deepEqual(state.ghosts.map(({ step }) => step), [26, 27, 28, 35]);
});

test("what has come of the digits is told before all else", () => {
  const state = createState();
  assert.deepEqual(apply(state, { type: "loading", share: 0.4 }), ["message"]);
  assert.equal(state.loaded, 0.4);
});

test("an image shows itself and its label on the pad", () => {
  const state = running();
  const topics = apply(state, { type: "image", run: 1, pixels: new Float32Array(4), label: 3, set: "test", index: 6 });
  assert.deepEqual([state.pad.label, state.pad.set, state.pad.index], [3, "test", 6]);
  assert.ok(topics.includes("pad"));
});

test("a divergence and a failure end the playing", () => {
  const state = running();
  state.playing = true;
  apply(state, { type: "diverged", run: 1, step: 4, cost: Infinity, learningRate: 30, dead: false, silent: false, overshoot: null });
  assert.equal(state.playing, false);
  state.playing = true;
  apply(state, { type: "failed", run: 0, what: "code", message: "unreachable" });
  assert.deepEqual([state.playing, state.phase], [false, "failed"]);
});

test("what is said of a step goes with it, anything else stays", () => {
  const state = running();
  apply(state, snapshot(1));
  say(state, { text: "Cost: as predicted.", ofStep: true });
  apply(state, snapshot(1));
  assert.equal(state.message.text, "Cost: as predicted.");
  assert.ok(apply(state, snapshot(2)).includes("message"));
  assert.equal(state.message.text, "");
  say(state, { text: "The link is copied." });
  apply(state, snapshot(3));
  assert.equal(state.message.text, "The link is copied.");
});

test("what ended a run is said until the run goes on", () => {
  const state = running();
  const diverged = { text: "At step 4 the cost is beyond all numbers.", action: /** @type {const} */ ("go-back"), until: 4 };
  say(state, diverged);
  for (const step of [3, 4]) apply(state, snapshot(step));
  assert.equal(state.message.text, diverged.text);
  apply(state, snapshot(5));
  assert.equal(state.message.text, "");
  say(state, diverged);
  assert.ok(apply(state, { type: "gone-on", run: 1, step: 1 }).includes("message"));
  assert.equal(state.message.text, "");
});

test("options, readings and saved states are taken over", () => {
  const state = running();
  const options = { ...LIMITS.presets.video, learningRate: 3 };
  apply(state, { type: "options", run: 1, options, diverts: false });
  assert.equal(state.diverted, false);
  apply(state, { type: "options", run: 1, options, diverts: true });
  assert.equal(state.diverted, true);
  assert.equal(state.options, options);
  const reading = { digit: 1, cost: null, shares: null, neuron: null, scores: new Float32Array(2), activations: new Float32Array(7) };
  apply(state, { type: "reading", run: 1, input: new Float32Array(4), reading });
  assert.equal(state.reading, reading);
  apply(state, { type: "saved", run: 1, bytes: new ArrayBuffer(2), step: 8 });
  assert.equal(state.saved?.step, 8);
  assert.deepEqual(apply(state, { type: "refused", run: 1, message: "no" }), ["options"], "controls show what is in force");
});

test("a nudge stands until it is undone, or the next step is made", () => {
  const state = running();
  state.playing = true;
  /** @type {any} */
  const nudged = { type: "nudged", run: 1, index: 2, change: 0.5, step: 0, predictedChange: 1, measuredChange: 2 };
  assert.ok(apply(state, nudged).includes("gradient"));
  assert.deepEqual([state.nudged, state.playing], [nudged, true], "Play was pressed before the answer");
  apply(state, snapshot(0));
  assert.equal(state.nudged, nudged);
  apply(state, snapshot(1));
  assert.equal(state.nudged, null);
  apply(state, nudged);
  apply(state, { ...nudged, change: 0 });
  assert.equal(state.nudged, null);
});

test("a nudge stands where a run that was playing has come to, and a look at another step undoes it", () => {
  const state = running();
  apply(state, snapshot(3));
  /** @type {any} */
  const nudged = { type: "nudged", run: 1, index: 2, change: 0.5, step: 9, predictedChange: 1, measuredChange: 2 };
  apply(state, nudged);
  apply(state, snapshot(9));
  assert.deepEqual([state.nudged, state.diverted], [nudged, false], "the run was ahead of what the page had seen of it");
  const measured = { step: 5, cost: 1, trainAccuracy: 0, testAccuracy: 0, exact: true, examples: 1 };
  const back = { newest: 9, measured, place: null };
  apply(state, snapshot(5, { back }));
  assert.deepEqual([state.nudged, state.diverted], [null, false]);
  apply(state, { ...nudged, step: 5 });
  apply(state, snapshot(5, { back }));
  apply(state, snapshot(9));
  assert.deepEqual([state.nudged, state.diverted], [null, false], "returned to the newest step");
  apply(state, snapshot(5, { back }));
  apply(state, { ...nudged, step: 5 });
  apply(state, { type: "gone-on", run: 1, step: 5 });
  apply(state, snapshot(6));
  assert.deepEqual([state.nudged, state.diverted], [null, true], "gone on from it");
});

test("while a weight is moved by hand the bars stay where they are, and grow or shrink there", () => {
  const state = running();
  const nudges = (/** @type {number[]} */ ...all) => {
    const order = all.map((_, index) => index).sort((a, b) => Math.abs(all[b]) - Math.abs(all[a]));
    return { step: 1, all: Float32Array.from(all), largest: order.map((index) => ({ index, layer: 0, from: 0, to: index, nudge: all[index] })) };
  };
  const shown = () => state.nudges?.largest.map(({ index, nudge }) => [index, nudge]);
  apply(state, snapshot(1, { nudges: nudges(0.5, -0.25) }));
  apply(state, { type: "nudged", run: 1, index: 0, change: 0.1, step: 1, predictedChange: 0, measuredChange: 0 });
  apply(state, snapshot(1, { nudges: nudges(0.125, -0.25) }));
  assert.deepEqual(shown(), [[0, 0.125], [1, -0.25]]);
  apply(state, { type: "nudged", run: 1, index: 0, change: 0, step: 1, predictedChange: 0, measuredChange: 0 });
  apply(state, snapshot(1, { nudges: nudges(0.125, -0.25) }));
  assert.deepEqual(shown(), [[1, -0.25], [0, 0.125]]);
});

test("a change stays until the next one, and what was chosen as long as the network has the same form", () => {
  const state = running();
  const change = new Float32Array(3);
  apply(state, snapshot(1, { change, nudges: { step: 1, all: change, largest: [] } }));
  apply(state, snapshot(1));
  assert.equal(state.change, change);
  assert.equal(state.nudges?.step, 1);
  state.chosen = { index: 1, layer: 0, from: 0, to: 1 };
  state.opened = { layer: 1, neuron: 0 };
  apply(state, started({ run: 2 }));
  assert.ok(state.chosen && state.opened && !state.nudges && !state.change);
  apply(state, started({ run: 3, sizes: [4, 2, 2] }));
  assert.deepEqual([state.chosen, state.opened], [null, null]);
});

test("a message that is not of the protocol throws", () => {
  assert.throws(() => apply(running(), /** @type {any} */ ({ type: "dance", run: 1 })), /found type "dance"/);
  assert.throws(() => apply(running(), /** @type {any} */ ({ type: "dance", run: 7 })), /found type "dance"/);
});

test("a message stands until the next one", () => {
  const state = running();
  assert.deepEqual(say(state, { tone: "error", text: "Oh", action: "retry" }), ["message"]);
  say(state, { text: "" });
  assert.deepEqual(state.message, { tone: "hint", text: "", action: null, ofStep: false, until: Infinity });
});
