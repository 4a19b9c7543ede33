// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
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
  [(d) => d.train({ steps: 1n }), /steps as a positive whole number, found 1n/],
  [(d) => d.train(itself()), /train: expected \{ steps \} or \{ examples \}, found an object that cannot be written down/],
  [(d) => d.train(Object.assign(Object.create(null), { epochs: new Array(9).fill(1n) })), /found an object that cannot be written down/],
  [(d) => d.train({ epochs: "x".repeat(1e6) }), /found \{"epochs":"x{50,200}\u2026$/],
  [(d) => d.evaluate(within()), /evaluate: expected "test" or "train", found \[\[\[\u2026\]\]\]$/],
  [(d) => d.evaluate(Object.create({ toString: null, toJSON: null, [Symbol.toStringTag]: "" })), /found an object that cannot be written down/],
  [(d) => d.configure(Object.create({ seed: 7 })), /configure: expected an object with options as its own fields, found \{\}/],
  [(d) => d.configure(new (class { get seed() { return 7; } })()), /configure: expected an object with options as its own fields, found \{\}/],
  [(d) => d.configure({ seed: within() }), /option seed: expected a number, a text, true, false, null or an array of numbers, found \[\[\[\u2026\]\]\]$/],
  [(d) => d.configure({ layers: within() }), /option layers: expected .* found \[\[\[\u2026\]\]\]$/],
  [(d) => d.configure({ layers: [16, , 16] }), /option layers: expected .* found \[16, undefined, 16\]/],
  [(d) => d.configure({ layers: new Array(2 ** 32 - 1) }), /option layers: expected .* found 4294967295 values/],
  [(d) => d.configure({ layers: ["16"] }), /option layers: expected .* found \["16"\]/],
  [(d) => d.configure({ labels: deep(100_000) }), /option labels: expected .* found an object that cannot be written down/],
  [(d) => d.configure({ seed: () => 1 }), /option seed: expected .* found a function/],
  [(d) => d.configure({ seed: Symbol("s") }), /option seed: expected .* found Symbol\(s\)/],
  [(d) => d.configure({ seed: 1n }), /option seed: expected .* found 1n/],
  [(d) => d.predict(new Array(4)), /predict: expected numbers from 0 to 255, found undefined/],
  [(d) => d.predict(new Array(2 ** 32 - 1)), /predict: expected numbers from 0 to 255, found undefined/],
  [(d) => d.predict(within()), /predict: expected numbers from 0 to 255, found \[\[\[\u2026\]\]\]/],
  [(d) => d.predict([1, 2]), /predict: expected 4 numbers from 0 to 255, found \[1, 2\]/],
  [(d) => d.predict([1, 2, 3, -1]), /predict: expected numbers from 0 to 255, found -1/],
  [(d) => d.predict([1, 2, 3, 256]), /predict: expected numbers from 0 to 255, found 256/],
  [(d) => d.predict([1, 2, 3, NaN]), /predict: expected numbers from 0 to 255, found NaN/],
  [(d) => d.predict([1, 2, 3, "4"]), /predict: expected numbers from 0 to 255, found "4"/],
  [(d) => d.predictStrokes([[1, 2]]), /predictStrokes: expected strokes as .* found 1/],
  [(d) => d.predictStrokes([[[1, 2, 3]]]), /found \[1, 2, 3\]/],
  [(d) => d.predictStrokes("a line"), /found "a line"/],
  [(d) => d.parameters("all"), /parameters: expected nothing or "average", found "all"/],
  [(d) => d.setParameters(new Float32Array(5)), /setParameters: expected 3 finite numbers, found 5 values/],
  [(d) => d.setParameters([1, 2, Infinity]), /setParameters: expected finite numbers, found Infinity/],
  [(d) => d.loadData("x", new ArrayBuffer(0)), /loadData images: expected an ArrayBuffer, found "x"/],
  [(d) => d.restore(), /restore: expected an ArrayBuffer, found undefined/],
  [(d) => d.restore(detached()), /restore: expected an ArrayBuffer, found one whose bytes were transferred/],
  [(d) => d.restore(detached(Uint8Array)), /restore: expected an ArrayBuffer, found one whose bytes were transferred/],
  [(d) => d.restore(new Blob([])), /restore: expected an ArrayBuffer, found \[object Blob\]/],
  [(d) => d.restore(new Uint8Array(LIMITS.savedBytes + 1)), /restore: expected at most 1000 bytes, found 1001/],
  [(d) => d.loadData(new ArrayBuffer(417), new ArrayBuffer(0)), /IDX images: expected at most 416 bytes, found 417/],
  [(d) => d.loadData(new ArrayBuffer(0), new ArrayBuffer(417)), /IDX labels: expected at most 416 bytes, found 417/],
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

/** A list whose only entry is itself. */
function within() {
  /** @type {any[]} */
  const value = [];
  value.push(value);
  return value;
}

/** A buffer whose bytes are another's now, or a view of one. @param {new (buffer: ArrayBuffer) => object} [View] */
function detached(View) {
  const buffer = new ArrayBuffer(8);
  const view = View && new View(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  return view ?? buffer;
}

/** @param {number} levels */
function deep(levels) {
  let value = {};
  for (let level = 0; level < levels; level++) value = { value };
  return value;
}

test("options are passed on as plain values, whatever they come in", async () => {
  const { descent, asked } = console();
  const given = Object.assign(Object.create(null), { seed: 4, layers: Uint8Array.of(16, 8), budget: null, preset: undefined });
  await descent.configure(new Proxy(given, {}));
  await descent.configure({ layers: new Proxy([3], {}), straighten: false, labels: "shuffled" });
  const options = asked.map((message) => structuredClone(message.options));
  assert.deepEqual(options, [
    { seed: 4, layers: [16, 8], budget: null, preset: undefined },
    { layers: [3], straighten: false, labels: "shuffled" },
  ]);
});

test("arguments are read at once: what the caller does to them afterwards is too late", async () => {
  const { descent, asked } = console();
  const options = { layers: [3] };
  const [pixels, values, point] = [[0, 1, 2, 3], Float32Array.of(1, 2, 3), [1, 2]];
  const calls = [descent.configure(options), descent.predict(pixels), descent.setParameters(values), descent.predictStrokes([[point]])];
  options.layers[0] = pixels[0] = values[0] = point[0] = 9;
  Object.assign(options, { seed: 9 });
  await Promise.all(calls);
  const [configured, read, set, drawn] = ["start", "predict", "set-parameters", "predict-strokes"].map((type) => asked.find((message) => message.type === type));
  assert.deepEqual(configured.options, { layers: [3] });
  assert.deepEqual([...read.pixels], [0, 1, 2, 3]);
  assert.deepEqual([...set.values], [1, 2, 3]);
  assert.deepEqual([...drawn.points], [1, 2]);
});

test("before the network stands wrong calls are refused, and good ones learn that it never will", async () => {
  const { descent, asked } = console(Promise.reject(new Error("This browser lacks Worker")));
  await assert.rejects(descent.ready, /lacks Worker/);
  await assert.rejects(descent.train({ steps: 0 }), /steps as a positive whole number, found 0/);
  await assert.rejects(descent.train({ steps: 1 }), /lacks Worker/);
  assert.deepEqual(asked, []);
});

/** A page whose restarts and questions are answered when the test says so; what happens, in order. */
function slowly() {
  /** @type {string[]} */
  const log = [];
  /** @type {{ resolve(value: any): void, reject(error: Error): void }[]} */
  const open = [];
  const state = createState();
  state.limits = LIMITS;
  state.step = 7;
  const answer = (/** @type {any} */ { type }) => (log.push(type), new Promise((resolve, reject) => open.push({ resolve, reject })));
  const shown = async (/** @type {number} */ step) => void log.push(`shown ${step}`);
  const descent = /** @type {any} */ (createConsole({ standing: { promise: Promise.resolve() }, state, ask: answer, restart: answer, shown }));
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { descent, log, settle, first: () => /** @type {(typeof open)[number]} */ (open.shift()) };
}

test("a call is about the run of the restarts asked for before it, refused or not", async () => {
  const { descent, log, settle, first } = slowly();
  const calls = [descent.configure({ seed: 1 }), descent.configure({ seed: -1 }), descent.options(), descent.configure({ seed: 2 })];
  await settle();
  assert.deepEqual(log.splice(0), ["start"]);
  first().resolve({});
  await settle();
  assert.deepEqual(log.splice(0), ["shown 7", "start"]);
  first().reject(new Error("option seed: expected 0 or more, found -1"));
  await assert.rejects(calls[1], /found -1/);
  await settle();
  assert.deepEqual(log, ["get-options", "start"]);
  first().resolve({ seed: 1 });
  assert.deepEqual(await calls[2], { seed: 1 });
});

test("what changes the run resolves once the page shows it, a training also where it ended early", async () => {
  const { descent, log, settle, first } = slowly();
  const trained = descent.train({ steps: 3 });
  await settle();
  first().resolve({ step: 10 });
  assert.deepEqual(await trained, { step: 10 });
  const refused = descent.train({ steps: 3 });
  await settle();
  first().reject(new Error("the run diverged at step 11"));
  await assert.rejects(refused, /diverged/);
  const set = descent.setParameters([]);
  await settle();
  first().resolve(undefined);
  await set;
  assert.deepEqual(log, ["train", "shown 10", "train", "shown undefined", "set-parameters", "shown undefined"]);
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
  await descent.parameters();
  await descent.parameters("average");
  assert.deepEqual(asked.slice(3).map(({ which }) => which), ["trained", "average"]);
});

test("buffers are copied, so that the caller keeps them", async () => {
  const { descent, asked } = console();
  const saved = Uint8Array.of(1, 2, 3, 4);
  await descent.restore(saved.subarray(1, 3));
  assert.deepEqual(new Uint8Array(asked[0].bytes), Uint8Array.of(2, 3));
  assert.equal(asked[0].continues, false, "what led there is not known");
  await descent.loadData(saved.buffer, saved.buffer);
  assert.notEqual(asked[1].images, saved.buffer);
});

test("buffers of another realm, a frame's say, are taken", async () => {
  const { descent, asked } = console();
  const foreign = runInNewContext("Uint8Array.of(1, 2, 3)");
  assert.ok(!(foreign.buffer instanceof ArrayBuffer));
  await descent.restore(foreign.buffer);
  await descent.restore(foreign.subarray(1));
  await descent.restore(new DataView(foreign.buffer, 2));
  assert.deepEqual(asked.map(({ bytes }) => [...new Uint8Array(bytes)]), [[1, 2, 3], [2, 3], [3]]);
});
