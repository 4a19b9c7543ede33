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
  const slow = /** @type {any} */ ({ start: () => log.push("slow"), finish() {}, hold: () => log.push("hold") });
  const drive = createDrive(state, {
    command: (message) => void log.push(message.type === "show-example" ? `${message.type} ${message.set}` : message.type),
    redraw() {},
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
  return { state, log, drive, arrives };
}

test("the first step is seen by an image of its batch, and the drawing comes back after it", () => {
  const { state, log, drive, arrives } = page();
  drive.step();
  drive.read();
  assert.deepEqual(log, ["show-example train"], "what lay there does not do");
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
  assert.deepEqual(other.log, ["step"]);
});
