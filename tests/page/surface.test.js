// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSurface } from "../../www/surface.js";

/** A session whose planes take as many pieces as the test says, and a clock that the test moves. */
function setUp({ pieces = 1, laid = true } = {}) {
  /** @type {any[]} */
  const sent = [];
  const clock = { now: 0 };
  const watched = { aspect: /** @type {number | null} */ (null), seed: /** @type {number | null} */ (null), kept: 0 };
  /** What each plane was laid for. @type {[number, number | undefined][]} */
  const asked = [];
  const session = {
    /** @type {(aspect: number, seed?: number) => any} */
    plane: (aspect, seed) => (asked.push([aspect, seed]), laid ? { path: [], steps: [], share: 0.9, extent: {} } : undefined),
    /** @param {number} _side @param {Float32Array} costs @param {number} first */
    plane_costs: (_side, costs, first) => {
      clock.now += 4;
      return Math.min(costs.length, first + Math.ceil(costs.length / pieces));
    },
  };
  const surface = createSurface({ number: 1, session, watched, send: (m) => sent.push(m), now: () => clock.now });
  return { surface, sent, clock, watched, session, asked };
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

test("surface: looked at in another way, or with another run beside it, the plane of the same step is laid anew", () => {
  const { surface, clock, watched, asked } = setUp();
  watched.aspect = 1.5;
  for (const change of [{}, { seed: 3 }, { kept: 1 }, { aspect: 2 }]) {
    Object.assign(watched, change);
    clock.now += 1000;
    for (let i = 0; i < 5; i++) surface.advance(5, true);
  }
  assert.deepEqual(asked, [[1.5, undefined], [1.5, 3], [1.5, 3], [2, 3]]);
});

test("surface: what nobody looks at any more is not measured to its end", () => {
  const { surface, sent, clock, watched, asked } = setUp({ pieces: 2 });
  watched.aspect = 1.5;
  surface.advance(5, true);
  watched.aspect = null;
  surface.advance(5, true);
  assert.equal(surface.wait(5, true), Infinity);
  watched.aspect = 2;
  clock.now += 1000;
  for (let i = 0; i < 2; i++) surface.advance(5, true);
  assert.deepEqual([asked.map(([aspect]) => aspect), sent.length], [[1.5, 2], 1]);
});

test("surface: where measuring takes long, it rests for longer", () => {
  const { surface, clock, watched } = setUp({ pieces: 100 });
  watched.aspect = 1.5;
  for (let step = 0; step < 200; step++) surface.advance(5, false);
  assert.ok(surface.wait(6, false) > 2 * clock.now, `${surface.wait(6, false)} ms after ${clock.now}`);
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
