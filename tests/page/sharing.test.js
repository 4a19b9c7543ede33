// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSharing } from "../../www/sharing.js";
import { createState } from "../../www/state.js";
import { LIMITS } from "./core.js";

/** A tab, and the visitor following a link in it. */
function tab() {
  /** @type {any[]} */
  const started = [];
  const page = { hash: "", follow: () => {} };
  const state = createState();
  state.limits = LIMITS;
  state.options = { ...LIMITS.presets.best, seed: 5, activation: "relu" };
  Object.assign(globalThis, {
    location: page,
    addEventListener: (/** @type {string} */ _type, /** @type {() => void} */ listener) => (page.follow = listener),
  });
  createSharing(state, { redraw: () => {}, start: (options) => void started.push(options) });
  return { state, started, follow: (/** @type {string} */ hash) => (Object.assign(page, { hash }), page.follow()) };
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
});
