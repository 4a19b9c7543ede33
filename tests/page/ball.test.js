// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { createBall } from "../../www/ball.js";
import { createState } from "../../www/state.js";

let reduced = false;
beforeEach(() => {
  reduced = false;
  Object.assign(globalThis, { matchMedia: () => ({ matches: reduced }) });
});

/** A step has just led to its landing. @param {object} [change] */
function landed(change) {
  const state = Object.assign(createState(), { landing: { t: 1, cost: 0.5 }, ...change });
  const ball = createBall();
  /** @param {number} now milliseconds since then @param {number | null} [stepsPerSecond] */
  const at = (now, stepsPerSecond = null) => ball.at(state, 1000 + now, stepsPerSecond);
  at(0, 10);
  return { state, at };
}

test("ball: after a step by hand it rolls, and is seen where it has landed before it stands on the next curve", () => {
  const { at } = landed();
  const half = at(225);
  assert.ok(half.progress > 0.5 && half.progress < 1 && !half.rested, "fast at first");
  assert.deepEqual(at(450), { progress: 1, rested: false });
  assert.deepEqual(at(949), { progress: 1, rested: false });
  assert.deepEqual(at(950), { progress: 1, rested: true });
});

test("ball: each landing has a way of its own", () => {
  const { state, at } = landed();
  at(1000);
  state.landing = { t: 1, cost: 0.4 };
  assert.equal(at(1000).progress, 0);
  assert.deepEqual(at(1450), { progress: 1, rested: false });
});

test("ball: while it plays it is there before the next step, and at full speed at once", () => {
  const { at } = landed({ playing: true });
  assert.ok(at(50, 10).progress < 1);
  assert.deepEqual(at(60, 10), { progress: 1, rested: true });
  assert.ok(at(400, 1).progress < 1, "it takes no longer than after a step by hand");
  assert.deepEqual(at(450, 1), { progress: 1, rested: true });
  for (const speed of [null, 60]) assert.deepEqual(landed({ playing: true }).at(1, speed), { progress: 1, rested: true });
});

test("ball: it stays where it has landed while slow motion is held there, and until something else is done", () => {
  for (const change of [{ lingers: true }, { slow: { phase: "ball", share: 0, held: true } }])
    assert.deepEqual(landed(change).at(60_000), { progress: 1, rested: false }, JSON.stringify(change));
  assert.equal(landed({ slow: { phase: "ball", share: 0, held: false } }).at(60_000).rested, true);
});

test("ball: where motion is not wanted it is there at once", () => {
  reduced = true;
  assert.deepEqual(landed().at(1), { progress: 1, rested: true });
});
