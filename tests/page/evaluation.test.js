// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeElement, useTheme } from "./recording.js";
import { createEvaluation } from "../../www/evaluation.js";
import { createState } from "../../www/state.js";
import { LIMITS } from "./core.js";

/** As much of a table as is filled, part by part. */
class Table extends FakeElement {
  /** @type {Table[]} */
  tBodies = [];
  createTHead() {
    return new Table();
  }
  createTBody() {
    this.tBodies.push(new Table());
    return this.tBodies[0];
  }
  insertRow() {
    return this.insertCell();
  }
  insertCell() {
    const part = new Table();
    this.append(part);
    return part;
  }
}

/** The page scrolled to its evaluation, and a worker that answers when the test says so. */
function page() {
  useTheme("dark");
  /** @type {Record<string, any>} */
  const elements = { confusion: new Table() };
  const getElementById = (/** @type {string} */ id) => (elements[id] ??= new FakeElement());
  Object.assign(document, { getElementById });
  Object.assign(globalThis, {
    IntersectionObserver: class {
      /** @param {(entries: object[]) => void} callback */
      constructor(callback) {
        this.observe = () => callback([{ isIntersecting: true }]);
      }
    },
  });
  const state = createState();
  Object.assign(state, { run: 1, limits: LIMITS });
  /** @type {any[]} */
  const asked = [];
  const ask = (/** @type {any} */ question) => new Promise((resolve) => asked.push({ ...question, resolve }));
  /** @type {any[]} */
  const commands = [];
  const evaluation = createEvaluation({ state, ask: /** @type {any} */ (ask), command: (message) => void commands.push(message), redraw() {}, toPad() {} });
  const draw = (/** @type {import("../../www/state.js").Topic[]} */ ...topics) => evaluation.draw(new Set(topics));
  draw("readouts");
  const text = (/** @type {string} */ id) => getElementById(id).textContent;

  /** All that was asked is answered. @param {number} [count] images that a cell says are behind it */
  async function answer(count = 0) {
    for (const { type, set, label, read, resolve } of asked.splice(0)) {
      const readings = Array.from({ length: Math.min(count, 48) }, (_, index) => ({ index, label, read, score: 0.9 }));
      if (type === "cell") resolve({ readings, pictures: new Uint8Array(4 * readings.length) });
      else resolve({ set, cost: 1, accuracy: 0.5, examples: 50, confusion: [[9, count], [0, 9]], recall: [1, null], mistakes: [{ index: 4, label: 0, read: 1, score: 0.9 }], pictures: new Uint8Array(4) });
    }
    await new Promise((resolve) => setImmediate(resolve));
    draw("evaluation");
  }
  const cell = (/** @type {number} */ label, /** @type {number} */ read) => elements.confusion.tBodies[0].children[label].children[read + 1].children[0];
  return { state, asked, commands, answer, draw, text, cell, element: getElementById };
}

/** What is measured next has a pause before it. */
const later = () => new Promise((resolve) => setTimeout(resolve, 200));

test("evaluation: while it trains ten thousand images have to do, at rest all are read", async () => {
  const { state, asked, draw, answer } = page();
  assert.deepEqual(asked.map(({ type, set, limit }) => [type, set, limit]), [["survey", "test", 0]]);
  await answer();
  state.playing = true;
  draw("readouts");
  await new Promise((resolve) => setTimeout(resolve, 1100));
  assert.deepEqual(asked.map(({ limit }) => limit), [10_000]);
});

test("evaluation: what was asked of one set is not shown once another is looked at", async () => {
  const { state, asked, answer, element, commands } = page();
  await answer();
  element("evaluated").send("change", { target: { value: "train" } });
  element("mistakes").send("click", { target: { closest: () => element("mistakes").children[0] } });
  assert.equal(commands.at(-1)?.set, "test", "an image that is seen is the one that is put before the network");
  await later();
  assert.equal(asked[0]?.set, "train");
  element("evaluated").send("change", { target: { value: "test" } });
  await answer();
  assert.equal(state.survey?.set, "test");
});

test("evaluation: a count shows its own images at once, and never those of another", async () => {
  const { state, asked, answer, draw, text, cell } = page();
  const shown = () => state.cell;
  await answer(60);
  cell(0, 1).send("click");
  assert.deepEqual(asked.map(({ type }) => type), ["survey", "cell"], "without a pause");
  await answer(60);
  assert.equal(text("cell-words"), "0, read as 1, the surest 48 of 60:");
  cell(1, 1).send("click");
  assert.equal(shown(), null);
  // Another is chosen before the answer comes.
  cell(0, 1).send("click");
  await answer(9);
  assert.equal(shown(), null);
  await later();
  await answer(9);
  assert.deepEqual([shown()?.readings.length, text("cell-words")], [9, "0, read as 1, the surest first:"]);
  cell(0, 1).send("click");
  draw("evaluation");
  assert.match(text("cell-words"), /^Choose a count/);
});

test("evaluation: the images of a count are not those of the other set", async () => {
  const { state, answer, element, cell } = page();
  await answer(3);
  cell(0, 1).send("click");
  await answer(3);
  assert.equal(state.cell?.readings.length, 3);
  element("evaluated").send("change", { target: { value: "train" } });
  assert.equal(state.cell, null);
});

test("evaluation: arrow keys go from count to count, and no further than the table goes", async () => {
  const { answer, element, cell } = page();
  await answer(3);
  const at = () => [0, 1].flatMap((label) => [0, 1].map((read) => cell(label, read).tabIndex));
  for (const [key, reached] of /** @type {const} */ ([["ArrowLeft", 0], ["ArrowDown", 2], ["ArrowDown", 2], ["ArrowRight", 3], ["ArrowUp", 1]])) {
    element("confusion").send("keydown", { key });
    assert.deepEqual(at(), [0, 1, 2, 3].map((place) => (place === reached ? 0 : -1)), key);
  }
});
