// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { neuronName, parameterName, placeOf } from "../../www/places.js";

const SIZES = [784, 16, 16, 10];

test("every index has one place, in the core's order", () => {
  let index = 0;
  for (let layer = 0; layer < 3; layer++) {
    for (let from = 0; from < SIZES[layer]; from++)
      for (let to = 0; to < SIZES[layer + 1]; to++) assert.deepEqual(placeOf(index, SIZES), { index: index++, layer, from, to });
    for (let to = 0; to < SIZES[layer + 1]; to++) assert.deepEqual(placeOf(index, SIZES), { index: index++, layer, from: null, to });
  }
  assert.equal(index, 13002);
});

test("weights and biases have names that a person can read", () => {
  /** @param {number} layer @param {number | null} from @param {number} to */
  const name = (layer, from, to) => parameterName({ index: 0, layer, from, to }, SIZES);
  assert.equal(name(0, 8 * 28 + 13, 2), "pixel (14, 9) \u2192 neuron 3");
  assert.equal(name(1, 0, 15), "first layer 1 \u2192 second layer 16");
  assert.equal(parameterName({ index: 0, layer: 1, from: 0, to: 7 }, [784, 30, 10]), "hidden neuron 1 \u2192 \u201c7\u201d", "where there is no other layer");
  assert.equal(name(2, 3, 7), "second layer 4 \u2192 \u201c7\u201d");
  assert.equal(name(2, null, 4), "bias of \u201c4\u201d");
  assert.equal(neuronName(3, 0, [784, 5, 6, 7, 10]), "third layer 1");
  // Where the outputs stand for something else than digits, so they are called; nothing else is.
  const names = ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];
  assert.equal(parameterName({ index: 0, layer: 2, from: 3, to: 9 }, SIZES, names), "second layer 4 \u2192 \u201cAnkle boot\u201d");
  assert.equal(parameterName({ index: 0, layer: 2, from: null, to: 4 }, SIZES, names), "bias of \u201cCoat\u201d");
  assert.equal(parameterName({ index: 0, layer: 0, from: 0, to: 9 }, SIZES, names), "pixel (1, 1) \u2192 neuron 10");
});
