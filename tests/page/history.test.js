// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_POINTS, createHistory, record, truncate } from "../../www/history.js";

/** @param {number} step */
function measured(step) {
  return { step, cost: 1 / (step + 1), trainAccuracy: 0.5, testAccuracy: 0.4, exact: false, examples: 10, epoch: 0.1, measuredOn: 1000 };
}

test("measured again at the same step, the newer stands", () => {
  const history = createHistory();
  record(history, measured(5));
  record(history, { ...measured(5), cost: 0.25 });
  assert.deepEqual(history.steps, [5]);
  assert.deepEqual(history.cost, [0.25]);
});

test("going back forgets what came after", () => {
  const history = createHistory();
  for (const step of [0, 10, 20, 30]) record(history, measured(step));
  truncate(history, 20);
  assert.deepEqual(history.steps, [0, 10, 20]);
  assert.equal(history.testAccuracy.length, 3);
});

test("a full history loses every second point, but none of its newest quarter", () => {
  const history = createHistory();
  for (let step = 0; step <= MOST_POINTS; step++) record(history, measured(step));
  const whole = history.steps.findLastIndex((step, index) => index > 0 && step - history.steps[index - 1] > 1);
  assert.ok(Math.abs(history.steps.length - whole - MOST_POINTS / 4) < 2, `${history.steps.length - whole}`);
  assert.ok(history.steps.slice(1, whole).every((step, index) => step - history.steps[index] === 2));
});

test("a long run stays bounded, in order, from its first step to its last", () => {
  const history = createHistory();
  const last = 20 * MOST_POINTS;
  for (let step = 0; step <= last; step++) record(history, measured(step));
  assert.ok(history.steps.length <= MOST_POINTS);
  assert.ok(history.steps.length > MOST_POINTS / 2);
  assert.equal(history.steps[0], 0);
  assert.equal(history.steps.at(-1), last);
  history.steps.forEach((step, index) => {
    assert.ok(index === 0 || step > history.steps[index - 1]);
    assert.equal(history.cost[index], 1 / (step + 1), "the columns stay together");
  });
});
