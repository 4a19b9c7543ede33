// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createConsole } from "../../www/console.js";
import { createState } from "../../www/state.js";
import { LIMITS } from "./core.js";

function console(standing = Promise.resolve()) {
  /** @type {any[]} */
  const asked = [];
  const state = createState();
  state.limits = LIMITS;
  state.parameterCount = 3;
  /** @type {(message: any) => Promise<any>} */
  const answer = async (message) => void asked.push(message);
  const descent = /** @type {any} */ (createConsole({ standing: { promise: standing }, state, ask: answer, restart: answer, shown: async () => {} }));
  return { descent, asked };
}

for (const [call, message] of /** @type {[(descent: any) => Promise<unknown>, RegExp][]} */ ([
  [(d) => d.train(), /train: expected \{ steps \} or \{ examples \}, found undefined/],
  [(d) => d.train({ steps: 1, examples: 1 }), /train: expected \{ steps \} or \{ examples \}/],
  [(d) => d.train({ steps: 1.5 }), /steps as a positive whole number, found 1.5/],
  [(d) => d.train({ examples: 0 }), /examples as a positive whole number, found 0/],
  [(d) => d.evaluate("all"), /evaluate: expected "test" or "train", found "all"/],
  [(d) => d.configure([1]), /configure: expected an object of options, found \[1\]/],
  [(d) => d.configure(new Map()), /configure: expected an object of options, found \[object Map\]/],
  [(d) => d.train({ steps: 1n }), /steps as a positive whole number, found 1/],
  [(d) => d.train(itself()), /train: expected \{ steps \} or \{ examples \}, found \[object Object\]/],
  [(d) => d.predict(new Array(4)), /predict: expected 4 numbers from 0 to 255, found undefined/],
  [(d) => d.predict([1, 2]), /predict: expected 4 numbers from 0 to 255, found \[1, 2\]/],
  [(d) => d.predict([1, 2, 3, 256]), /predict: expected numbers from 0 to 255, found 256/],
  [(d) => d.predict([1, 2, 3, NaN]), /predict: expected 4 numbers from 0 to 255, found NaN/],
  [(d) => d.predictStrokes([[1, 2]]), /predictStrokes: expected strokes as .* found 1/],
  [(d) => d.predictStrokes([[[1, 2, 3]]]), /found \[1, 2, 3\]/],
  [(d) => d.predictStrokes("a line"), /found "a line"/],
  [(d) => d.parameters("all"), /parameters: expected nothing or "average", found "all"/],
  [(d) => d.setParameters(new Float32Array(5)), /setParameters: expected 3 finite numbers, found 5 values/],
  [(d) => d.loadData("x", new ArrayBuffer(0)), /loadData images: expected an ArrayBuffer, found "x"/],
  [(d) => d.restore(), /restore: expected an ArrayBuffer, found undefined/],
]))
  test(`says what was expected and found: ${call.toString().slice(7)}`, async () => {
    const { descent, asked } = console();
    await assert.rejects(call(descent), message);
    assert.deepEqual(asked, [], "and asks nothing");
  });

/** Cannot be written down. */
function itself() {
  /** @type {any} */
  const value = { steps: 1 };
  value.examples = value;
  return value;
}

test("before the network stands wrong calls are refused, and good ones learn that it never will", async () => {
  const { descent, asked } = console(Promise.reject(new Error("This browser lacks Worker")));
  await assert.rejects(descent.ready, /lacks Worker/);
  await assert.rejects(descent.train({ steps: 0 }), /steps as a positive whole number, found 0/);
  await assert.rejects(descent.train({ steps: 1 }), /lacks Worker/);
  assert.deepEqual(asked, []);
});

test("good calls are passed on as typed arrays", async () => {
  const { descent, asked } = console();
  await descent.predict([0, 1, 2, 255]);
  await descent.predictStrokes([[[1, 2], [3, 4]], [[5, 6]]]);
  await descent.setParameters([1, 2, 3]);
  assert.deepEqual(asked[0], { type: "predict", pixels: Float32Array.of(0, 1, 2, 255) });
  assert.deepEqual(asked[1].points, Float64Array.of(1, 2, 3, 4, 5, 6));
  assert.deepEqual(asked[1].lengths, Uint32Array.of(2, 1));
  assert.deepEqual(asked[2].values, Float32Array.of(1, 2, 3));
});

test("buffers are copied, so that the caller keeps them", async () => {
  const { descent, asked } = console();
  const saved = Uint8Array.of(1, 2, 3, 4);
  await descent.restore(saved.subarray(1, 3));
  assert.deepEqual(new Uint8Array(asked[0].bytes), Uint8Array.of(2, 3));
  await descent.loadData(saved.buffer, saved.buffer);
  assert.notEqual(asked[1].images, saved.buffer);
});
