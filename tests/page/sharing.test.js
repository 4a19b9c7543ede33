// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSharing } from "../../www/sharing.js";
import { createState, say } from "../../www/state.js";
import { LIMITS } from "./core.js";

/** A tab, and the visitor following a link in it. */
function tab() {
  /** @type {any[]} */
  const started = [];
  const page = { hash: "", href: "", follow: () => {} };
  const state = createState();
  state.limits = LIMITS;
  state.options = { ...LIMITS.presets.best, seed: 5, activation: "relu" };
  Object.assign(globalThis, {
    location: page,
    addEventListener: (/** @type {string} */ _type, /** @type {() => void} */ listener) => (page.follow = listener),
  });
  const { share } = createSharing(state, { redraw: () => {}, start: (options) => void started.push(options) });
  return { state, started, share, location: page, follow: (/** @type {string} */ hash) => (Object.assign(page, { hash }), page.follow()) };
}

test("what a followed link leaves open is as in a fresh tab, not as in the run before", () => {
  const { started, follow } = tab();
  const { preset, seed } = LIMITS.presets.video;
  follow("#layers=9");
  assert.deepEqual(started.pop(), { preset, seed, layers: [9] });
  follow("#preset=best&seed=3");
  assert.deepEqual(started.pop(), { preset: "best", seed: 3 });
  follow("");
  assert.deepEqual(started.pop(), { preset, seed });
});

test("a followed link that is none is told and begins nothing", () => {
  const { state, started, follow } = tab();
  follow("#seed=many");
  assert.deepEqual(started, []);
  assert.equal(state.message.text, "The link was not understood: seed: expected a number, found \u201cmany\u201d");
  state.limits = null;
  state.message.text = "";
  follow("#seed=5");
  assert.deepEqual([started, state.message.text], [[], ""], "before the network stands the address is read anyway");
});

/** A tab that can be asked for its link. @param {import("node:test").TestContext} t @param {boolean} [copies] whether the clipboard may be written to */
function sharing(t, copies = true) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { state, share, location } = tab();
  state.counts = { train: 50, test: 8 };
  /** @type {string[]} */
  const copied = [];
  const writeText = async (/** @type {string} */ text) => (copies ? void copied.push(text) : Promise.reject(new Error("not allowed")));
  Object.defineProperty(globalThis, "navigator", { value: { clipboard: { writeText } }, configurable: true });
  Object.assign(globalThis, { history: { replaceState: (/** @type {any} */ _state, /** @type {string} */ _title, /** @type {string} */ url) => (location.href = url) } });
  return { state, share, location, copied };
}

test("the link is put into the address and the clipboard, and said to be there for a while", async (t) => {
  const { state, share, location, copied } = sharing(t);
  await share();
  assert.equal(location.href, "#preset=best&activation=relu&seed=5");
  assert.deepEqual(copied, [location.href]);
  assert.match(state.message.text, /^The link to this very run is copied/);
  t.mock.timers.tick(5_000);
  assert.match(state.message.text, /copied/);
  t.mock.timers.tick(5_000);
  assert.equal(state.message.text, "");
});

test("what is said after the link stays; where nothing may be copied the link is said to be in the address bar", async (t) => {
  const { state, share } = sharing(t, false);
  await share();
  assert.match(state.message.text, /^The link to this very run is in the address bar/);
  say(state, { text: "The budget is used up." });
  t.mock.timers.tick(10_000);
  assert.equal(state.message.text, "The budget is used up.");
});

test("of a run on the visitor's own images the link leaves open how many are learnt from: elsewhere there may be others", async (t) => {
  const { state, share, location } = sharing(t);
  state.options = { .../** @type {any} */ (state.options), trainingExamples: 20 };
  await share();
  assert.match(location.href, /trainingExamples=20/);
  state.data = { own: true, taught: false, memory: 0 };
  await share();
  assert.doesNotMatch(location.href, /trainingExamples/);
});
