// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createCatchUp } from "../../www/catch-up.js";
import { createState } from "../../www/state.js";

/** A page at a step, and what its numbers said each time that they were written down. */
function page(step = 0) {
  const state = createState();
  /** @param {number} step @param {boolean} [exact] */
  const stand = (step, exact = true) => Object.assign(state, { step, measured: { step, exact } });
  stand(step);
  /** @type {number[]} */
  const shown = [];
  let asked = 0;
  return { state, stand, shown, asked: () => asked, catchUp: createCatchUp(state, () => void shown.push(state.step), () => void asked++) };
}

test("a step that the page knows of is shown at once", async () => {
  const { catchUp, shown } = page(7);
  await catchUp.until(7);
  await catchUp.until(3);
  assert.deepEqual(shown, [7, 7]);
});

test("a step is waited for until a picture of it, or of a later one, has come", async () => {
  const { stand, catchUp, shown } = page(7);
  /** @type {number[]} */
  const settled = [];
  const waits = [9, 12].map((step) => catchUp.until(step).then(() => settled.push(step)));
  for (const step of [8, 10, 12]) {
    stand(step);
    catchUp.seen();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(settled, [9, 12].filter((wanted) => wanted <= step), `at step ${step}`);
  }
  await Promise.all(waits);
  assert.deepEqual(shown, [10, 12]);
});

test("while it plays, what the page shows is as good as any other", async () => {
  const { state, catchUp, shown } = page(7);
  state.playing = true;
  const waits = catchUp.until(900);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(shown, [7]);
  await waits;
});

test("without a step the next picture is waited for, whatever it shows", async () => {
  const { stand, catchUp, shown } = page(7);
  const waits = catchUp.until();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(shown, []);
  stand(2);
  catchUp.seen();
  await waits;
  assert.deepEqual(shown, [2]);
});

test("a page that gets no pictures is not waited for", async () => {
  const { catchUp, shown } = page();
  const begin = performance.now();
  await catchUp.until(1);
  assert.ok(performance.now() - begin < 5_000);
  assert.deepEqual(shown, [0]);
});

test("numbers that stand on a part of the images are not waited for less than the step", async () => {
  const { stand, catchUp, shown } = page(7);
  const waits = catchUp.until(9);
  for (const exact of [false, true]) {
    stand(9, exact);
    catchUp.seen();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(shown, exact ? [9] : []);
  }
  await waits;
});

test("numbers of an earlier step are not taken for those of this one", async () => {
  const { state, stand, catchUp, shown } = page(7);
  const waits = catchUp.until(9);
  state.step = 9;
  catchUp.seen();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(shown, []);
  stand(9);
  catchUp.seen();
  await waits;
});

test("while somebody waits, the next picture is asked for before the last one is drawn", async () => {
  const { stand, catchUp, asked } = page(7);
  catchUp.seen();
  assert.equal(asked(), 0, "nobody waits");
  const waits = catchUp.until(9);
  stand(8);
  catchUp.seen();
  assert.equal(asked(), 2);
  stand(9);
  catchUp.seen();
  await waits;
  assert.equal(asked(), 2);
});
