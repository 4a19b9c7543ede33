// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { createState } from "../../www/state.js";
import { createSlow } from "../../www/slow.js";

/** @type {Record<string, Function>} */
const listeners = {};
beforeEach(() => {
  const own = { contains: (/** @type {unknown} */ target) => target === own };
  Object.assign(globalThis, {
    document: { body: { dataset: { tab: "draw" } }, getElementById: () => own },
    addEventListener: (/** @type {string} */ type, /** @type {Function} */ listener) => (listeners[type] = listener),
  });
});

/** @param {object} [change] */
function motion(change) {
  const state = { ...createState(), ...change };
  /** @type {string[]} */
  const log = [];
  const slow = createSlow(state, {
    step: () => void log.push("step"),
    ended: () => void log.push("ended"),
    over: () => void log.push("over"),
    receive: ({ step }) => void log.push(`step ${step} shown`),
    redraw() {},
    show: (tab) => void log.push(tab),
  });
  /** Frames until the phase changes. @param {boolean} [flying] */
  const phase = (flying = false) => {
    const now = performance.now();
    slow.frame(now + 450, flying);
    assert.ok(state.slow && Math.abs(state.slow.share - 0.5) < 0.1, "half way after half its time");
    slow.frame(now + 1000, flying);
    return state.slow?.phase ?? null;
  };
  return { state, slow, log, phase };
}

const reading = { digit: 1, cost: null, shares: null, neuron: null, scores: new Float32Array(), activations: new Float32Array() };

test("one phase after the other, and the step is made in the middle", () => {
  const { state, slow, log, phase } = motion({ reading });
  slow.start();
  const seen = [state.slow?.phase];
  for (let k = 0; k < 5; k++) seen.push(/** @type {any} */ (phase()));
  assert.deepEqual(seen, ["forward", "targets", "gradient", "ball", "weights", null]);
  assert.deepEqual(log, ["network", "draw", "descent", "step", "descent", "weights", "draw", "over", "ended"]);
});

test("what the step has changed is shown when the ball has landed, however long that is looked at", () => {
  const { slow, state, log, phase } = motion({ reading });
  const changed = /** @type {any} */ ({ type: "snapshot", run: 1, step: 1, report: { step: 1, cost: 2, costAfter: 1 } });
  slow.start();
  assert.equal(slow.keeps(changed), false, "before the step all is shown");
  while (state.slow?.phase !== "ball") phase();
  assert.equal(slow.keeps({ ...changed, report: null }), false, "of the moment before the step");
  assert.equal(slow.keeps(changed), true);
  assert.equal(state.report, changed.report);
  slow.hold();
  slow.frame(performance.now() + 5000, false);
  assert.ok(!log.includes("step 1 shown"));
  slow.hold();
  assert.deepEqual([state.slow?.phase, log.at(-2)], ["weights", "step 1 shown"]);
  assert.equal(slow.keeps(changed), false);
});

test("hurried to its end, it shows what the step has changed", () => {
  const { slow, state, log, phase } = motion({ reading });
  slow.start();
  while (state.slow?.phase !== "ball") phase();
  slow.keeps(/** @type {any} */ ({ type: "snapshot", run: 1, step: 1, report: { step: 1, cost: 2, costAfter: 1 } }));
  slow.finish();
  assert.equal(log.filter((entry) => entry === "step 1 shown").length, 1);
});

test("another run ends it, and is not stepped", () => {
  const { slow, state, log, phase } = motion({ reading });
  slow.start();
  phase();
  slow.drop();
  assert.equal(state.slow, null);
  slow.frame(performance.now() + 5000, false);
  slow.finish();
  assert.deepEqual(log, ["network", "draw", "draw", "over"]);
});

test("its own button holds it, and leads on from one thing to the next", () => {
  const { slow, state, log } = motion({ reading });
  slow.start();
  const target = document.getElementById("slow");
  listeners.pointerdown({ type: "pointerdown", target });
  listeners.keydown({ type: "keydown", key: "Enter", target });
  slow.hold();
  assert.deepEqual(state.slow, { phase: "forward", share: 0, held: true });
  slow.frame(performance.now() + 5000, false);
  assert.equal(state.slow?.phase, "forward");
  const seen = [];
  while (state.slow) (slow.hold(), seen.push(state.slow?.phase ?? null));
  assert.deepEqual(seen, ["targets", "gradient", "ball", "weights", null]);
  assert.equal(log.filter((entry) => entry === "step").length, 1);
  // The next one goes by itself again.
  slow.start();
  assert.equal(/** @type {any} */ (state.slow).held, false);
  // A key that does not press it hurries, wherever the focus is.
  listeners.keydown({ type: "keydown", key: "Escape", target });
  assert.equal(state.slow, null);
});

test("the ball has the time it needs", () => {
  const { slow, state, phase } = motion();
  slow.start();
  assert.equal(state.slow?.phase, "forward");
  assert.equal(phase(), "targets");
  assert.equal(phase(), "gradient");
  assert.equal(phase(), "ball");
  assert.equal(phase(true), "ball");
  assert.equal(phase(), "weights");
});

test("keys that do nothing by themselves hurry nothing", () => {
  const { slow, state } = motion({ reading });
  slow.start();
  for (const key of ["Tab", "Shift", "Control"]) listeners.keydown({ type: "keydown", key, target: null });
  assert.equal(state.slow?.phase, "forward");
  assert.equal(document.body.dataset.slow, "forward");
  slow.finish();
  assert.equal(document.body.dataset.slow, undefined);
});

test("hurried before its step is made it makes it, the second time as well", () => {
  const { slow, log, phase } = motion({ reading });
  slow.start();
  for (let k = 0; k < 5; k++) phase();
  log.length = 0;
  slow.start();
  slow.finish();
  assert.deepEqual([log.filter((entry) => entry === "step").length, log.includes("ended")], [1, false]);
});

test("any key hurries to the end, with exactly one step", () => {
  for (const early of [true, false]) {
    const { slow, state, log, phase } = motion();
    slow.start();
    if (!early) phase();
    listeners.keydown({ type: "keydown", key: "x", target: null });
    listeners.pointerdown({ type: "pointerdown", target: null });
    assert.equal(state.slow, null);
    assert.equal(log.filter((entry) => entry === "step").length, 1);
    assert.deepEqual(slow.frame(performance.now(), false), []);
  }
});
