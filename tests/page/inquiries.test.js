// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createRuns } from "../../www/runs.js";
import { core, data, freed } from "./core.js";

function desk() {
  /** @type {any[]} */
  const sent = [];
  const runs = createRuns({ core, data, send: (message) => void sent.push(message), now: () => 0, memory: () => 1234 });
  runs.handle({ type: "start", run: 1, replaces: null, options: {} });
  let id = 0;
  const ask = (/** @type {any} */ message) => {
    runs.handle({ run: 1, id: ++id, ...message });
    const answer = sent.find((one) => (one.type === "answer" || one.type === "refused") && one.id === id);
    return answer.type === "answer" ? answer.value : assert.fail(answer.message);
  };
  return { runs, ask, sent, last: (/** @type {string} */ type) => sent.filter((one) => one.type === type).at(-1) };
}

const drawings = { points: Float64Array.of(1, 1, 2, 2, 3, 3), lengths: Uint32Array.of(1, 1, 1), strokes: Uint32Array.of(2, 1), labels: Uint8Array.of(1, 0) };

test("a survey brings the pictures of its mistakes, a cell those behind it", () => {
  const { ask } = desk();
  const survey = ask({ type: "survey", set: "test", limit: 0, count: 2 });
  assert.equal(survey.set, "test");
  assert.deepEqual([...survey.pictures], Array(8).fill(255));
  const cell = ask({ type: "cell", set: "test", limit: 0, label: 0, read: 1, count: 2 });
  assert.equal(cell.readings[0].index, 4);
  assert.equal(cell.pictures.length, 8);
});

test("looking at each image many times, training images are read in part, unseen ones all", () => {
  const { ask, runs, sent } = desk();
  const read = (/** @type {string} */ set) => ask({ type: "survey", set, limit: 0, count: 2 }).examples;
  assert.deepEqual(["train", "test"].map(read), [50, 50]);
  for (const on of [true, false]) {
    sent.length = 0;
    runs.handle({ type: "average-views", run: 1, on });
    assert.deepEqual(sent.map(({ type }) => type), ["reading"], "what stands there is read anew");
    assert.deepEqual(["train", "test"].map(read), on ? [1000, 50] : [50, 50]);
    assert.equal(ask({ type: "evaluate", set: "test" }).accuracy, on ? 0.75 : 0.5);
  }
});

test("a batch is told by its first images: what the network is told of each, reads in it, and what it costs", () => {
  const { ask } = desk();
  const { size, examples, inputs } = ask({ type: "batch", count: 3 });
  assert.equal(size, 10);
  assert.deepEqual(examples, [[0, 1], [1, 0], [2, 1]].map(([index, label]) => ({ index, label, digit: 0, cost: 10 + label })));
  assert.deepEqual([...inputs], [0, 0.1, 0.2].flatMap((value) => Array(4).fill(Math.fround(value))));
});

test("why: about the image that stands there, and how it would be read without straightening", () => {
  const { ask, runs } = desk();
  assert.equal(ask({ type: "why" }), null);
  runs.handle({ type: "show-strokes", run: 1, points: Float64Array.of(1, 1), lengths: Uint32Array.of(1), label: null });
  const why = ask({ type: "why" });
  assert.deepEqual(why.shares, why.input);
  assert.equal(why.near[0].label, 1);
  assert.ok(Math.abs(why.inputs[0] - 0.6) < 1e-6);
  assert.equal(why.other.straightened, false);
  assert.equal(why.other.input[0], why.input[0] / 2);
  assert.deepEqual(ask({ type: "journey", side: 280 }).stages[0].name, "raw");
  runs.handle({ type: "show-noise", run: 1 });
  assert.equal(ask({ type: "why" }).other, null, "noise is never straightened");
  assert.equal(ask({ type: "journey", side: 280 }), null);
});

test("an image of the data can be shown by its place: an unseen one as what it is, one to learn from as what the network is told", () => {
  const { runs, last } = desk();
  runs.handle({ type: "show-example", run: 1, set: "test", index: 3 });
  assert.equal(last("image").label, 1);
  runs.handle({ type: "show-example", run: 1, set: "train", index: 3 });
  assert.equal(last("image").label, 0);
});

test("drawings are kept, read, learnt from and left out again", () => {
  const { runs, ask, last } = desk();
  ask({ type: "keep-drawings", ...drawings });
  assert.deepEqual(ask({ type: "read-drawings" }).readings.map((/** @type {any} */ one) => one.label), [1, 0]);
  freed.length = 0;
  runs.handle({ type: "teach", run: 2, replaces: 1, on: true });
  assert.deepEqual(last("started").counts, { train: 52, test: 8 });
  assert.deepEqual(last("started").data, { own: false, taught: true, memory: 1234 });
  runs.handle({ type: "teach", run: 3, replaces: 2, on: false });
  assert.deepEqual(last("started").counts, { train: 50, test: 8 });
  assert.deepEqual(freed.map((/** @type {any} */ set) => set.counts().train), [52], "nothing is learnt from the first any more");
  assert.equal(last("refused"), undefined);
});

test("refused drawings leave those before in place", () => {
  const { runs, ask, last } = desk();
  ask({ type: "keep-drawings", ...drawings });
  freed.length = 0;
  runs.handle({ type: "keep-drawings", run: 1, id: 99, ...drawings, labels: Uint8Array.of(1, 44) });
  assert.equal(freed.length, 1, "the refused ones are given back");
  assert.match(last("refused").message, /expected labels 0 to 9, found 44/);
  assert.equal(ask({ type: "read-drawings" }).readings.length, 2);
});

test("other data, and back to those that came with the page", () => {
  const { runs, last } = desk();
  runs.handle({ type: "load-data", run: 2, replaces: 1, images: new ArrayBuffer(1), labels: new ArrayBuffer(1) });
  assert.equal(last("started").data.own, true);
  freed.length = 0;
  runs.handle({ type: "shipped-data", run: 3, replaces: 2 });
  assert.equal(last("started").data.own, false);
  assert.deepEqual(last("started").counts, data.counts());
  assert.deepEqual(freed.map((/** @type {any} */ set) => set.counts().train), [9]);
  assert.equal(last("refused"), undefined);
});
