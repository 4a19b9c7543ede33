// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLayers, read, share, write } from "../../www/address.js";
import { LIMITS } from "./core.js";

const COUNTS = { train: 50, test: 8 };
const { video } = LIMITS.presets;

test("a link holds the preset, the seed and what differs from the preset", () => {
  assert.equal(write({ ...video, seed: 7 }, LIMITS, COUNTS), "preset=video&seed=7");
  const text = write({ ...video, layers: [9], learningRate: 3, labels: 0.5, budget: 1000, schedule: "cosine" }, LIMITS, COUNTS);
  assert.deepEqual(Object.fromEntries(new URLSearchParams(text)), {
    preset: "video", seed: "1", layers: "9", learningRate: "3", batchSize: String(video.batchSize), labels: "0.5", budget: "1000", schedule: "cosine",
  });
});

test("reading a link gives back what was written", () => {
  const options = { ...video, layers: [4, 5, 6], straighten: false, labels: "shuffled", budget: 200, schedule: "cosine", seed: 3, trainingExamples: 20 };
  const { learningRate, batchSize } = video;
  const expected = { preset: "video", learningRate, batchSize, layers: [4, 5, 6], straighten: false, labels: "shuffled", budget: 200, schedule: "cosine", seed: 3, trainingExamples: 20 };
  assert.deepEqual(read(`#${write(options, LIMITS, COUNTS)}`, LIMITS), expected);
  assert.deepEqual(read("", LIMITS), {});
});

test("an empty budget is none", () => {
  assert.deepEqual(read("budget=", LIMITS), { budget: null });
});

for (const [hash, message] of [
  ["colour=red", /expected preset, .* found “colour”/],
  ["toString=red", /expected preset, .* found “toString”/],
  ["learningRate=Infinity", /learningRate: expected a number, found “Infinity”/],
  ["seed=many", /seed: expected a number, found “many”/],
  ["straighten=yes", /straighten: expected true or false, found “yes”/],
  ["layers=16-x", /layers: expected a number, found “x”/],
  ["learningRate=", /learningRate: expected a number/],
])
  test(`a broken link says what is wrong: ${hash}`, () => {
    assert.throws(() => read(String(hash), LIMITS), /** @type {RegExp} */ (message));
  });

test("layers are read as people write them", () => {
  for (const text of ["3-2", " 3, 2 ", "3 2", "3x2", "3 \u2192 2"]) assert.deepEqual(parseLayers(text, LIMITS), [3, 2], text);
  assert.deepEqual(parseLayers("64", LIMITS), [64]);
  for (const text of ["", "many", "3-", "-3", "1.5"]) assert.throws(() => parseLayers(text, LIMITS), /expected sizes such as 3-2/, text);
});

test("labels are a word or a share", () => {
  assert.equal(share("shuffled"), "shuffled");
  assert.equal(share("true"), "true");
  assert.equal(share("0.25"), 0.25);
  assert.equal(share(""), "", "no share at all is not none of them");
});
