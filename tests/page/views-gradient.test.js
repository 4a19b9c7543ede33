// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { calls, fakeCanvas, forget, texts, useTheme } from "./recording.js";
import { palette } from "../../www/palette.js";
import { placeOf } from "../../www/places.js";
import { createGradientChart, layOutMap } from "../../www/views/gradient-chart.js";
import { createNeuronCard } from "../../www/views/neuron-card.js";

beforeEach(() => void useTheme("dark"));

const SIZES = [784, 16, 16, 10];
const COUNT = 13002;

/** @param {number[]} indices */
function largest(indices) {
  return indices.map((index, k) => ({ ...placeOf(index, SIZES), value: 0.1, nudge: (k % 2 ? -1 : 1) * (0.05 - 0.004 * k) }));
}

/** @returns {import("../../www/views/gradient-chart.js").GradientData} */
function data() {
  const all = Float32Array.from({ length: COUNT }, (_, index) => (index % 7) - 3);
  return { sizes: SIZES, all, largest: largest([13001, 12992, 12900, 12600, 40, 12999, 12998, 3]), chosen: null, share: 1 };
}

for (const sizes of [SIZES, [784, 1, 10], [784, 128, 128, 128, 10], [784, 17, 10]]) {
  test(`map: every parameter of ${sizes} has one dot, inside and apart from the others`, () => {
    const [width, height] = [355, 58];
    const blocks = layOutMap(sizes, width, height);
    const seen = new Set();
    for (const { left, top, cell, columns, rows, index } of blocks) {
      assert.ok(left > -0.1 && left + cell * columns < width + 0.1 && top > -0.1 && top + cell * rows < height + 0.1, "inside");
      for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) seen.add(index(column, row));
    }
    const count = sizes.slice(1).reduce((sum, size, k) => sum + size * (sizes[k] + 1), 0);
    assert.equal(seen.size, count);
    assert.ok(!seen.has(count));
    blocks.forEach((a, k) => {
      for (const b of blocks.slice(0, k)) {
        const apart = a.left >= b.left + b.cell * b.columns || b.left >= a.left + a.cell * a.columns;
        assert.ok(apart || a.top >= b.top + b.cell * b.rows || b.top >= a.top + a.cell * a.rows);
      }
    });
  });
}

for (const [width, height] of [[328, 115], [358, 115], [355, 58], [900, 115]])
  test(`map: the layers stand as far from each other as the next, ${width} px wide`, () => {
    const blocks = layOutMap(SIZES, width, height);
    const end = (/** @type {typeof blocks} */ some) => Math.max(...some.map(({ left, cell, columns }) => left + cell * columns));
    const [biases, first, , second] = blocks.slice(SIZES[1]);
    assert.ok(Math.abs(biases.left - end(blocks.slice(0, SIZES[1])) - 4) < 0.1, "biases beside their tiles");
    const [before, between] = [first.left - end([biases]), second.left - end([first])];
    assert.ok(Math.abs(before - between) < 0.1 && before < width / 7, `${before} and ${between}`);
  });

test("gradient: the largest are named, signed and drawn from one line to both sides", () => {
  const canvas = fakeCanvas(355, 172);
  createGradientChart(canvas).draw(data());
  const written = texts(canvas).map(({ text }) => text);
  assert.deepEqual(written.slice(0, 3), ["16 \u2192 10", "16 \u2192 16", "784 pixels \u2192 16"], "what lies where in the map");
  assert.deepEqual(written.slice(3, 7), ["bias of \u201c9\u201d", "+0.050", "bias of \u201c0\u201d", "\u22120.046"]);
  const bars = calls(canvas, "fillRect").filter(({ state }) => [palette().positive, palette().negative].includes(state.fillStyle));
  assert.equal(bars.length, 6, "as many as there is room for");
  const [up, down] = bars;
  assert.equal(up.args[0], down.args[0] + down.args[2], "from the same line");
  assert.ok(up.args[2] > down.args[2]);
});

test("gradient: a dot of the map and a row both lead to their parameter, and the chosen one is marked in both", () => {
  const canvas = fakeCanvas(355, 172);
  const view = createGradientChart(canvas);
  assert.equal(view.hit(10, 10), null);
  view.draw(data());
  assert.deepEqual(view.hit(20, 172 - 3), placeOf(12999, SIZES), "the sixth row");
  const { left, top, cell, index } = layOutMap(SIZES, 355, Math.round(0.3 * 172))[3];
  const place = view.hit(left + 10.5 * cell, top + 7.5 * cell);
  assert.deepEqual(place, placeOf(index(10, 7), SIZES));
  assert.deepEqual([place?.from, place?.to], [7 * 28 + 10, 3]);
  forget(canvas);
  view.draw({ ...data(), chosen: place });
  const [ring] = calls(canvas, "arc");
  assert.ok(Math.hypot(ring.args[0] - left - 10.5 * cell, ring.args[1] - top - 7.5 * cell) < 0.01);
  forget(canvas);
  // Of biases, too: those of the first layer stand beside its tiles.
  view.draw({ ...data(), chosen: placeOf(784 * 16 + 5, SIZES) });
  const biases = layOutMap(SIZES, 355, Math.round(0.3 * 172))[16];
  const [other] = calls(canvas, "arc");
  assert.ok(Math.hypot(other.args[0] - biases.left - 0.5 * biases.cell, other.args[1] - biases.top - 5.5 * biases.cell) < 0.01);
  // Under the last row there is none.
  view.draw({ ...data(), largest: largest([13001, 12992]) });
  assert.equal(view.hit(20, 172 - 3), null);
});

test("gradient: the map is that of the network shown, however large the picture was before", () => {
  const canvas = fakeCanvas(355, 172);
  const view = createGradientChart(canvas);
  view.draw(data());
  const sizes = [784, 30, 10];
  view.draw({ ...data(), sizes, all: new Float32Array(23_860), largest: [{ ...placeOf(3, sizes), nudge: 1 }] });
  const { left, top, cell, index } = layOutMap(sizes, 355, Math.round(0.3 * 172))[29];
  assert.deepEqual(view.hit(left + 4.5 * cell, top + 2.5 * cell), placeOf(index(4, 2), sizes));
});

test("gradient: names of the map that would run into each other are left out", () => {
  const canvas = fakeCanvas(200, 172);
  createGradientChart(canvas).draw(data());
  const names = texts(canvas).filter(({ text }) => /^\d+( pixels)? \u2192 \d+$/.test(text));
  assert.ok(names.length > 0);
  names.forEach((a, k) => names.slice(0, k).forEach((b) => assert.ok(a.right < b.left || b.right < a.left, `${a.text} on ${b.text}`)));
});

test("gradient: outputs that stand for something else than digits are called so, in the picture and in words", () => {
  const canvas = fakeCanvas(355, 172);
  const view = createGradientChart(canvas);
  const names = ["Shirt", "1", "2", "3", "4", "5", "6", "7", "8", "Ankle boot"];
  view.draw({ ...data(), names });
  assert.deepEqual(texts(canvas).slice(3, 6).map(({ text }) => text).filter((_, k) => k !== 1), ["bias of \u201cAnkle boot\u201d", "bias of \u201cShirt\u201d"]);
  assert.match(view.describe({ ...data(), names }), /most of all bias of \u201cAnkle boot\u201d/);
});

test("gradient: choosing an entry that is out of sight brings it in", () => {
  const canvas = fakeCanvas(355, 172);
  createGradientChart(canvas).draw({ ...data(), chosen: placeOf(3, SIZES) });
  assert.ok(texts(canvas).some(({ text }) => text === "pixel (1, 1) \u2192 neuron 4"));
});

test("gradient: nothing known yet draws nothing", () => {
  const canvas = fakeCanvas(355, 172);
  const view = createGradientChart(canvas);
  view.draw({ ...data(), all: null, largest: [] });
  assert.equal(texts(canvas).length, 0);
  assert.match(view.describe(data()), /each of 13.?002 weights and biases moved; most of all bias of \u201c9\u201d by \+0\.050/);
  assert.match(view.describe({ ...data(), all: null }), /not known/);
});

// neuron-card

const TOLD = {
  bias: 0.5, sum: -1.25, weightedInput: -0.75, activation: 0.32,
  terms: [{ from: 30, weight: -1.5, input: 0.5, product: -0.75 }, { from: 1, weight: -0.5, input: 1, product: -0.5 }],
};

test("neuron: behind the input two pictures and the largest products, further on the products alone", () => {
  const canvas = fakeCanvas(650, 170);
  const view = createNeuronCard(canvas);
  const shown = { sizes: SIZES, parameters: new Float32Array(COUNT).fill(0.25), opened: { layer: 1, neuron: 2 }, told: TOLD };
  view.draw(shown);
  assert.equal(calls(canvas, "drawImage").length, 2);
  const written = texts(canvas).map(({ text }) => text);
  assert.deepEqual(written, ["weights, \u00b10.25", "weight \u00d7 pixel, \u00b10.8", "pixel (3, 2)", "\u22121.500 \u00d7 0.50 = \u22120.750", "pixel (2, 1)", "\u22120.500 \u00d7 1.00 = \u22120.500"]);
  forget(canvas);
  view.draw({ ...shown, opened: { layer: 3, neuron: 9 } });
  assert.equal(calls(canvas, "drawImage").length, 0);
  assert.ok(texts(canvas).some(({ text }) => text === "second layer 2"));
  assert.match(view.describe(shown), /pixel \(3, 2\) adds \u22120\.750.* activation \+0\.320/);
});

test("neuron: a product never lies over the name of what it is of, however narrow the card", () => {
  const terms = TOLD.terms.map((term) => ({ ...term, from: term.from + 300 }));
  for (const width of [300, 340, 479, 480, 498, 560, 650, 900]) {
    const canvas = fakeCanvas(width, 170);
    const shown = { sizes: [784, 16, 16, 10], parameters: new Float32Array(13_002), opened: { layer: 1, neuron: 2 }, told: { ...TOLD, terms } };
    createNeuronCard(canvas).draw(shown);
    const rows = texts(canvas).slice(2);
    assert.equal(rows.length, 4);
    for (const [name, calculation] of [rows.slice(0, 2), rows.slice(2)]) {
      assert.ok(name.right < calculation.left, `${width} px: ${name.text} ends at ${name.right}, ${calculation.text} begins at ${calculation.left}`);
      assert.ok(calculation.right <= width, `${width} px`);
    }
  }
});

test("neuron: its weights are its own column", () => {
  const canvas = fakeCanvas(650, 170);
  const parameters = new Float32Array(COUNT).fill(1);
  for (let input = 0; input < 784; input++) parameters[16 * input + 2] = 0;
  const view = createNeuronCard(canvas);
  for (const [neuron, caption] of /** @type {const} */ ([[2, "weights"], [3, "weights, \u00b11"]])) {
    forget(canvas);
    view.draw({ sizes: SIZES, parameters, opened: { layer: 1, neuron }, told: null });
    assert.equal(texts(canvas)[0].text, caption);
  }
});

test("neuron: its weights show before anything comes in", () => {
  const canvas = fakeCanvas(320, 330);
  createNeuronCard(canvas).draw({ sizes: SIZES, parameters: new Float32Array(COUNT), opened: { layer: 1, neuron: 0 }, told: null });
  assert.equal(calls(canvas, "drawImage").length, 2);
});
