// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { createDrive } from "../../www/drive.js";
import { draw } from "../../www/pad.js";
import { apply, createState } from "../../www/state.js";

const reading = { digit: 1, cost: null, shares: null, neuron: null, scores: new Float32Array(2), activations: new Float32Array(7) };
const STROKES = [[[1, 2], [3, 4]]];

let reduced = false;
beforeEach(() => {
  reduced = false;
  Object.assign(globalThis, { matchMedia: () => ({ matches: reduced }) });
});

/** A page with a drawing that nobody has named. */
function page() {
  const state = Object.assign(createState(), { run: 1 });
  draw(state.pad, STROKES);
  state.reading = reading;
  /** @type {string[]} */
  const log = [];
  /** @type {string[]} */
  const redrawn = [];
  const slow = /** @type {any} */ ({ start: () => log.push("slow"), finish: () => log.push("finish"), hold: () => log.push("hold") });
  const drive = createDrive(state, {
    command: (message) => void log.push(message.type === "show-example" ? `${message.type} ${message.set}` : message.type),
    redraw: (topics) => void redrawn.push(...topics),
    slow: () => slow,
    stepsPerSecond: () => null,
    showPad: () => void log.push("pad shown"),
  });
  /** The worker has put an image of the batch before the network. */
  function arrives() {
    apply(state, { type: "image", run: 1, pixels: new Float32Array(4), label: 3, set: "train", index: 5 });
    apply(state, { type: "reading", run: 1, input: new Float32Array(4), reading: { ...reading, cost: 2 } });
    drive.read();
  }
  return { state, log, redrawn, drive, arrives };
}

test("the first step is seen by an image of its batch, and the drawing comes back after it", () => {
  const { state, log, drive, arrives } = page();
  drive.step();
  drive.read();
  assert.deepEqual(log, ["finish", "show-example train"], "what lay there does not do");
  arrives();
  assert.deepEqual([log.at(-1), state.pad.label], ["slow", 3]);
  drive.seen();
  assert.deepEqual([log.at(-1), state.pad.image, state.pad.label, state.pad.strokes], ["pad shown", null, null, STROKES]);
  drive.step();
  assert.equal(log.at(-1), "step", "the next one is not slow");
});

test("what is drawn while it is awaited stays", () => {
  const { state, log, drive, arrives } = page();
  drive.slow();
  arrives();
  const other = [[[5, 6]]];
  draw(state.pad, other);
  drive.seen();
  assert.deepEqual([state.pad.strokes, log.includes("pad shown")], [other, false]);
});

test("an image whose digit is known is good enough, and nothing is put in its place", () => {
  const { state, log, drive } = page();
  state.reading = { ...reading, cost: 1 };
  drive.slow();
  drive.seen();
  assert.deepEqual(log, ["slow"]);
});

test("pressed again while the image is awaited, it is asked for once; who wants no motion sees a step", () => {
  const { log, drive } = page();
  drive.slow();
  drive.slow();
  assert.deepEqual(log, ["show-example train"]);
  reduced = true;
  const other = page();
  other.drive.step();
  assert.deepEqual(other.log, ["finish", "step"]);
});

test("who has pressed Play has seen steps: the next one is made at once, also while it plays", () => {
  for (const playing of [true, false]) {
    const { state, log, drive } = page();
    state.asked = 2;
    drive.play(true);
    assert.deepEqual([state.playing, state.playedFor], [true, 2], "for the run asked for last, which may not have begun");
    if (!playing) drive.play(false);
    drive.step();
    assert.deepEqual(log, playing ? ["play", "finish", "step"] : ["play", "pause", "finish", "step"]);
  }
  const { state, log, drive } = page();
  state.playing = true;
  drive.step();
  assert.deepEqual(log, ["finish", "step"]);
});

test("asked for while it plays, a step is seen slowly once that has stopped; asked for again, it is held", () => {
  const { state, log, redrawn, drive } = page();
  state.reading = { ...reading, cost: 1 };
  state.playing = true;
  drive.slow();
  assert.ok(redrawn.includes("playing"), "the button says so");
  assert.deepEqual([log, state.playing], [["pause", "slow"], false]);
  state.slow = { phase: "forward", share: 0, held: false };
  drive.slow();
  assert.equal(log.at(-1), "hold");
});

test("played while the image is awaited, or begun anew, nothing is seen slowly, and the drawing comes back", () => {
  const played = page();
  played.drive.slow();
  played.state.playing = true;
  played.arrives();
  assert.deepEqual([played.log, played.state.pad.strokes], [["show-example train", "pad shown"], STROKES]);
  const renewed = page();
  renewed.drive.slow();
  renewed.drive.seen();
  renewed.arrives();
  assert.deepEqual(renewed.log, ["show-example train"]);
});

test("pressed before the run that it is meant for has begun, slow motion shows a step of that", () => {
  const { state, log, drive, arrives } = page();
  state.asked = 2;
  drive.slow();
  drive.seen(2);
  arrives();
  assert.deepEqual(log, ["show-example train", "slow"]);
  drive.seen();
  assert.deepEqual([log.at(-1), state.pad.strokes, state.pad.image], ["pad shown", STROKES, null]);
  state.reading = reading;
  drive.slow();
  state.asked = 3;
  drive.seen(3);
  arrives();
  assert.equal(log.at(-1), "show-example train", "meant for the run before");
});

test("nothing is driven before a run has begun", () => {
  const { state, log, drive } = page();
  state.run = 0;
  drive.play(true);
  drive.step();
  drive.slow();
  assert.deepEqual([log, state.playing], [[], false]);
});
