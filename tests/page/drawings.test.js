// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { flattenAll, join, parseDrawings, recall, writeDrawings } from "../../www/drawings.js";

const two = [
  { label: 7, strokes: [[[0, 0], [10.26, 0]], [[5, 5]]] },
  { label: 1, strokes: [[[3, 3]]] },
];

test("what is written can be read again, to a tenth of a pixel", () => {
  const kept = join([], two);
  assert.deepEqual(parseDrawings(writeDrawings(kept)), kept);
  assert.equal(kept[0].strokes[0][1][0], 10.3);
});

test("drawings cross to the worker as flat arrays", () => {
  const { points, lengths, strokes, labels } = flattenAll(two);
  assert.deepEqual([...points], [0, 0, 10.26, 0, 5, 5, 3, 3]);
  assert.deepEqual([[...lengths], [...strokes], [...labels]], [[2, 1, 1], [2, 1], [7, 1]]);
});

test("of the drawings kept on this machine the good ones are recalled, and those that cannot be read counted", () => {
  const stored = (/** @type {string | null} */ text) => {
    Object.defineProperty(globalThis, "localStorage", { value: { getItem: () => text }, configurable: true });
    return recall();
  };
  const file = (/** @type {unknown[]} */ drawings) => JSON.stringify({ format: "descent drawings", drawings });
  assert.deepEqual(stored(file(two)), { drawings: two, lost: 0 });
  assert.deepEqual(stored(file([two[0], { label: 10, strokes: [[[1, 1]]] }, two[1], null])), { drawings: two, lost: 2 });
  assert.deepEqual(stored(file([...Array(1002).fill(two[1]), two[0]])), { drawings: [...Array(999).fill(two[1]), two[0]], lost: 3 }, "the newest");
  for (const text of [null, "", "{}", "[1]"]) assert.deepEqual(stored(text), { drawings: [], lost: 0 }, String(text));
});

test("other files are refused with what was expected and found", () => {
  const file = (/** @type {unknown} */ drawings) => JSON.stringify({ format: "descent drawings", drawings });
  /** @type {[string, RegExp][]} */
  const wrong = [
    ["", /expected a JSON file, found ""/],
    ["null", /expected a file of format "descent drawings", found undefined/],
    [file(3), /expected a list of drawings, found 3/],
    [file([null]), /expected drawing 1 as an object, found null/],
    [file([two[0], { label: 1.5, strokes: [] }]), /expected drawing 2 with a label from 0 to 9, found 1.5/],
    [file([{ ...two[0], label: 10 }]), /label from 0 to 9, found 10/],
    [file([{ label: 1, strokes: [[]] }]), /expected drawing 1 with strokes of points, found 0 entries/],
    [file([{ label: 1, strokes: [[[1, 2, 3]]] }]), /points \[x, y\] of finite numbers, found "\[1,2,3\]"/],
    [file(Array(1001).fill(two[1])), /expected at most 1000 drawings, found 1001/],
  ];
  for (const [text, message] of wrong) assert.throws(() => parseDrawings(text), message);
  const scribble = { label: 1, strokes: [Array(20_001).fill([1, 2])] };
  assert.throws(() => join([], [scribble]), /a drawing with at most 20000 points, found 20001/, "or it could not be read again");
  const hatched = { label: 1, strokes: Array(10_001).fill(Array(2).fill([1, 2])) };
  assert.throws(() => join([], [hatched]), /at most 20000 points, found 20002/, "of all its strokes together");
  assert.equal(parseDrawings(writeDrawings(join(Array(999).fill(two[1]), [two[0]]))).length, 1000);
  assert.throws(() => join(Array(1000).fill(two[1]), two), /at most 1000 drawings, found 1002/);
});
