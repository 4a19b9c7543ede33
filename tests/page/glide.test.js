// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { useTheme } from "./recording.js";
import { between, createGlide } from "../../www/glide.js";

beforeEach(() => void useTheme("dark"));

/** Whether the visitor would rather see nothing move. @param {boolean} matches */
const prefer = (matches) => void Object.assign(globalThis, { matchMedia: () => ({ matches, addEventListener() {} }) });

/**
 * A run that came along a straight line, a unit in ten steps, over a level surface.
 * @param {{ end: number, cost: number, side?: number, playing?: boolean }} made `end`: its step
 * @returns {import("../../www/glide.js").Laid}
 */
const measured = ({ end, cost, side = 3, playing = true }) => ({
  path: Array.from({ length: end / 10 + 1 }, (_, k) => /** @type {[number, number]} */ ([k - end / 10, 0])),
  steps: Array.from({ length: end / 10 + 1 }, (_, k) => 10 * k),
  share: 1,
  extent: { left: -end / 10 - 1, bottom: -1, right: 1, top: 1 },
  costs: new Float32Array(side * side).fill(cost),
  side,
  angle: null,
  playing,
});

/** @param {() => number} clock */
function setUp(clock) {
  const glide = createGlide(clock);
  /** @param {any} data */
  return (data) => {
    /** @type {any} */
    let seen;
    const moving = glide.show(data, (shown) => (seen = shown));
    return { seen, moving };
  };
}

test("glide: between two surfaces the levels are in the middle by the logarithm, and new steps come out of the last that was seen", () => {
  const one = measured({ end: 20, cost: 1, side: 2 });
  const other = measured({ end: 40, cost: 0.01 });
  const middle = between(one, other, 0.5);
  assert.ok(middle.costs.every((cost) => Math.abs(cost - 0.1) < 1e-6) && middle.costs.length === 9, String(middle.costs));
  assert.deepEqual(middle.extent, { left: -4, bottom: -1, right: 1, top: 1 });
  // Steps 0, 10, 20 were at -2, -1, 0 and are at -4, -3, -2; 30 and 40 come out of where the run stood.
  assert.deepEqual(middle.path.map(([x]) => x), [-3, -2, -1, -0.5, 0]);
  assert.deepEqual(between(one, other, 0).extent, one.extent);
  assert.deepEqual(between(one, other, 1).path, other.path);
});

test("glide: a step between two places of the path lies between them", () => {
  const one = measured({ end: 20, cost: 1 });
  const finer = { ...measured({ end: 20, cost: 1 }), steps: [0, 5, 20] };
  assert.deepEqual(between(one, finer, 0).path.map(([x]) => x), [-2, -1.5, 0]);
});

test("glide: the first surface is there at once, the next is on its way for as long as it took to come, and each drawing is told what was measured in the end", () => {
  prefer(false);
  let now = 0;
  const show = setUp(() => now);
  const one = measured({ end: 20, cost: 1 });
  assert.deepEqual(show(one), { seen: one, moving: false });
  now = 400;
  const other = measured({ end: 40, cost: 0.01 });
  assert.ok(Math.abs(show(other).seen.costs[0] - 1) < 1e-6, "begins as the other was");
  now = 600;
  const { seen, moving } = show(other);
  assert.ok(moving && Math.abs(seen.costs[0] - 0.1) < 1e-6, String(seen.costs[0]));
  assert.equal(seen.measured, other.costs);
  // One that comes too early takes over from what is seen.
  const third = measured({ end: 50, cost: 0.1 });
  assert.ok(Math.abs(show(third).seen.costs[0] - 0.1) < 1e-6);
  now = 800;
  assert.deepEqual(show(third), { seen: third, moving: false });
});

test("glide: where nothing plays the next surface is on its way for a moment only, however long the last was seen", () => {
  prefer(false);
  let now = 0;
  const show = setUp(() => now);
  show(measured({ end: 20, cost: 1 }));
  now = 60_000;
  const other = measured({ end: 40, cost: 0.01, playing: false });
  show(other);
  now += 249;
  assert.equal(show(other).moving, true);
  now += 1;
  assert.deepEqual(show(other), { seen: other, moving: false });
});

test("glide: a kept run glides along while it is the same one, and is there at once when it is another", () => {
  const [one, other] = [20, 40].map((end) => measured({ end, cost: 1 }));
  const kept = (/** @type {number[]} */ ...across) => across.map((x) => /** @type {[number, number]} */ ([x, 0]));
  assert.deepEqual(between({ ...one, kept: kept(0, 1) }, { ...other, kept: kept(2, 5) }, 0.5).kept, kept(1, 3));
  assert.deepEqual(between({ ...one, kept: kept(0) }, { ...other, kept: kept(2, 5) }, 0.5).kept, kept(2, 5));
  assert.deepEqual(between(one, { ...other, kept: kept(2, 5) }, 0.5).kept, kept(2, 5));
});

test("glide: where motion is not wanted, or nothing was seen, what was measured is there at once", () => {
  prefer(true);
  let now = 0;
  const show = setUp(() => now++);
  show(measured({ end: 20, cost: 1 }));
  const other = measured({ end: 40, cost: 0.01 });
  assert.deepEqual(show(other), { seen: other, moving: false });
  prefer(false);
  const nothing = { ...other, path: null, costs: null, extent: null };
  assert.deepEqual(show(nothing), { seen: nothing, moving: false });
  assert.deepEqual(show(other), { seen: other, moving: false });
  show(nothing);
  const third = measured({ end: 50, cost: 0.1 });
  assert.deepEqual(show(third), { seen: third, moving: false }, "it comes out of nothing that was seen before");
});
