// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSurface } from "../../www/surface.js";

/** A session whose planes take as many pieces as the test says, and a clock that the test moves. */
function setUp({ pieces = 1, laid = true } = {}) {
  /** @type {any[]} */
  const sent = [];
  const clock = { now: 0 };
  const watched = { aspect: /** @type {number | null} */ (null) };
  const session = {
    /** @type {() => any} */
    plane: () => (laid ? { path: [], steps: [], share: 0.9, extent: {} } : undefined),
    /** @param {number} _side @param {Float32Array} costs @param {number} first */
    plane_costs: (_side, costs, first) => {
      clock.now += 4;
      return Math.min(costs.length, first + Math.ceil(costs.length / pieces));
    },
  };
  const surface = createSurface({ number: 1, session, watched, send: (m) => sent.push(m), now: () => clock.now });
  return { surface, sent, clock, watched, session };
}

test("surface: nobody looks, nothing is done", () => {
  const { surface, sent } = setUp();
  surface.advance(5, true);
  assert.equal(surface.wait(5, true), Infinity);
  assert.deepEqual(sent, []);
});

test("surface: a run that stands still is measured from coarse to fine, once", () => {
  const { surface, sent, watched } = setUp({ pieces: 2 });
  watched.aspect = 1.5;
  for (let i = 0; i < 20; i++) surface.advance(5, true);
  assert.deepEqual(sent.map((m) => m.side), [11, 21, 41]);
  assert.deepEqual(sent.map((m) => m.costs.length), [121, 441, 1681]);
  assert.equal(surface.wait(5, true), Infinity);
});

test("surface: while training the finest grid waits, and each plane is followed by a rest", () => {
  const { surface, sent, clock, watched } = setUp();
  watched.aspect = 1.5;
  for (let step = 0; step < 20; step++) surface.advance(step, false);
  assert.deepEqual(sent.map((m) => m.side), [11, 21]);
  assert.ok(surface.wait(20, false) > 100);
  clock.now += 1000;
  assert.equal(surface.wait(20, false), 0);
  for (let i = 0; i < 5; i++) surface.advance(20, true);
  assert.deepEqual(sent.map((m) => m.side), [11, 21, 21, 41], "and where one is seen the coarse grid is left out");
});

test("surface: where parameters were put in, what was seen of the path before is gone", () => {
  const { surface, sent, clock, watched, session } = setUp();
  watched.aspect = 1.5;
  for (let i = 0; i < 5; i++) surface.advance(5, true);
  assert.equal(surface.wait(5, true), Infinity);
  session.plane = () => undefined;
  surface.renew();
  clock.now += 1000;
  for (const step of [5, 6]) surface.advance(step, true);
  assert.deepEqual(sent.slice(3), [{ type: "no-plane", run: 1 }], "at the same step, and once");
});

test("surface: a run without a path is not asked again until it moves", () => {
  const { surface, sent, watched } = setUp({ laid: false });
  watched.aspect = 1.5;
  surface.advance(0, true);
  assert.equal(surface.wait(0, true), Infinity);
  assert.deepEqual(sent, []);
});
