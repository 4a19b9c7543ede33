// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { live } from "../../www/lessons.js";
import { createState } from "../../www/state.js";

test("lessons: the lines of numbers are those of the run, and there is none of what is not known", () => {
  const state = createState();
  for (const name of ["recap", "cost", "slope", "many", "watch", "learnt", "heart", "hood"]) assert.equal(live(state, name), "");
  Object.assign(state, {
    options: { activation: "sigmoid", cost: "squares", seed: 7 },
    sizes: [784, 16, 10],
    step: 300,
    measured: { cost: 0.5, examples: 3000, measuredOn: 9000, trainAccuracy: 0.75, testAccuracy: 0.5 },
    history: { steps: [0], cost: [2.25], trainAccuracy: [0], testAccuracy: [0] },
    curve: { slice: { learningRate: 1.5, gradientNorm: 0.2, stepLength: 0.3 } },
    nudges: { largest: [{ index: 784 * 16 + 3, nudge: -0.25 }] },
    reading: { digit: 3, scores: [0, 0, 0, 0.875] },
  });
  assert.equal(live(state, "recap"), "Here: 784 \u2192 16 \u2192 10.");
  assert.match(live(state, "cost"), /0\.500 on 9000 images/);
  assert.match(live(state, "slope"), /rate 1\.5 \u00d7 slope 0\.200 = a step of 0\.300/);
  Object.assign(state, { options: { ...state.options, optimizer: "adam" }, curve: { slice: { learningRate: 0.008, gradientNorm: 0.31, stepLength: 0.9 } } });
  assert.equal(live(state, "slope"), "Now: slope 0.310; Adam makes of it a step of 0.900.");
  assert.match(live(state, "many"), /bias of hidden neuron 4, \u22120\.250/);
  assert.match(live(state, "watch"), /2\.250 at first, 0\.500 after 300 steps/);
  assert.match(live(state, "learnt"), /reads a 3, with 0\.88/);
  assert.match(live(state, "heart"), /75\.0.% of training digits, 50\.0.% of unseen/);
  assert.match(live(state, "hood"), /sigmoid, squares, seed 7/);
});
