// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { useTheme } from "./recording.js";
import { SIGNED_STEPS, palette } from "../../www/palette.js";
import { createSteadyScale, largestTiles, robustMaximum, roundUp, tickLabel, ticks, valueAt } from "../../www/scales.js";

test("a value is read off a curve, between its points too", () => {
  const ends = { from: -1, to: 5 };
  assert.equal(valueAt(ends, [9, 8, 7, 6, 5, 4, 3], 1), 7);
  assert.equal(valueAt(ends, [0, 3], 1), 1);
  assert.equal(valueAt(ends, [0, 3], 5), 3);
  const fine = Array.from({ length: 41 }, (_, i) => 2 * (-1 + (6 * i) / 40));
  assert.ok(Math.abs(valueAt(ends, fine, 1) - 2) < 1e-6);
});

test("roundUp goes to the next rung of 1, 2, 5 and stays on a rung", () => {
  assert.equal(roundUp(0.034), 0.05);
  assert.equal(roundUp(1), 1);
  assert.equal(roundUp(2.01), 5);
  assert.equal(roundUp(70), 100);
  assert.equal(roundUp(0.1 + 0.2, [1, 2, 3, 5, 10]), 0.3);
  assert.equal(roundUp(0), 0);
  assert.equal(roundUp(Infinity), 0);
});

test("ticks are round, inside the range and include both ends when those are round", () => {
  assert.deepEqual(ticks(0, 0.6, 5), { step: 0.2, values: [0, 0.2, 0.4, 0.6] });
  assert.deepEqual(ticks(0.85, 1, 4).values, [0.85, 0.9, 0.95, 1]);
  assert.deepEqual(ticks(1, 1, 4).values, []);
});

test("tick labels have the decimals of their step and a true minus sign", () => {
  assert.equal(tickLabel(0, 0.05), "0");
  assert.equal(tickLabel(0.5, 0.05), "0.50");
  assert.equal(tickLabel(-0.2, 0.2), "\u22120.2");
  assert.equal(tickLabel(2000, 500), "2000");
  // Neighbours stay apart, however small they are.
  assert.deepEqual([9.5e-6, 1e-5, 1.05e-5].map((value) => tickLabel(value, 5e-7)), ["9.5e\u22126", "1.00e\u22125", "1.05e\u22125"]);
  assert.deepEqual([5e-6, 1e-5].map((value) => tickLabel(value, 5e-6)), ["5e\u22126", "1.0e\u22125"]);
});

test("the robust maximum ignores a lone outlier and what is not a number", () => {
  const values = Float32Array.from({ length: 1000 }, (_, k) => (k % 2 ? 1 : -1) * (k / 1000));
  assert.ok(Math.abs(robustMaximum(values, 0, 1000, 1) - 0.999) < 0.003);
  values[10] = 50;
  assert.ok(robustMaximum(values, 0, 1000, 0.995) < 1.1);
  for (const value of [NaN, Infinity]) {
    values[10] = value;
    assert.ok(Math.abs(robustMaximum(values, 0, 1000, 1) - 0.999) < 0.003, `${value}`);
  }
  assert.equal(robustMaximum(values, 0, 0, 1), 0);
  assert.ok(robustMaximum(values, 0, 500, 1) < 0.502, "the range is respected");
});

test("tiles stand in rows of equal length, unless they would be much smaller so", () => {
  const laid = (/** @type {number} */ width, /** @type {number} */ height, /** @type {number} */ count) => {
    const { columns, rows } = largestTiles(width, height, count, () => 0);
    return [columns, rows];
  };
  // Seven by three would make tiles of 100, five by four of 90.
  assert.deepEqual(laid(700, 360, 20), [5, 4]);
  assert.deepEqual(laid(300, 200, 5), [3, 2], "in a row they would be of 60");
});

test("a steady scale grows at once, and shrinks only when it has become far too large", () => {
  const scale = createSteadyScale();
  assert.equal(scale(0.11), 0.12);
  assert.equal(scale(0.13), 0.15);
  assert.equal(scale(0.1), 0.15);
  assert.equal(scale(0.05), 0.05);
  assert.equal(scale(0), 0);
});

for (const theme of /** @type {const} */ (["dark", "light"])) {
  test(`${theme}: the signed ramp runs from orange over a neutral to blue, and gets stronger towards its ends`, () => {
    const { signedRamp, panel, raised, inkRamp, paper, ink, dark } = useTheme(theme);
    assert.equal(dark, theme === "dark");
    assert.equal(signedRamp.length, SIGNED_STEPS);
    const rgb = (/** @type {number} */ k) => [...new Uint8Array(signedRamp.buffer, 4 * k, 3)];
    const zero = (SIGNED_STEPS - 1) / 2;
    const [red, , blue] = rgb(0);
    assert.ok(red > blue + 40, "negative is orange");
    const [red2, , blue2] = rgb(SIGNED_STEPS - 1);
    assert.ok(blue2 > red2 + 40, "positive is blue");
    const spread = (/** @type {number[]} */ colour) => Math.max(...colour) - Math.min(...colour);
    assert.ok(spread(rgb(zero)) < 20, `zero is neutral: ${rgb(zero)} between ${panel} and ${raised}`);
    const far = (/** @type {number} */ k) => Math.hypot(...rgb(k).map((value, channel) => value - rgb(zero)[channel]));
    for (let step = 16; step <= zero; step += 16) {
      assert.ok(far(zero + step) > far(zero + step - 16), `positive at ${step}`);
      assert.ok(far(zero - step) > far(zero - step + 16), `negative at ${step}`);
    }
    const pixel = (/** @type {number} */ k) => `rgb(${[...new Uint8Array(inkRamp.buffer, 4 * k, 3)].join(", ")})`;
    assert.equal(pixel(0), paper);
    assert.equal(pixel(inkRamp.length - 1), ink);
  });

  test(`${theme}: a value has its pixel of a ramp, beyond the scale the ramp's end, and without a scale that of zero`, () => {
    const { signedRamp, signedPixel, inkRamp, inkPixel } = useTheme(theme);
    assert.deepEqual([-9, -2, 0, 1, 2, 9].map((value) => signedRamp.indexOf(signedPixel(value, 2))), [0, 0, 255, 383, 510, 510]);
    assert.equal(signedPixel(1, 0), signedRamp[255]);
    assert.deepEqual([-1, 0, 128, 255, 300].map((value) => inkPixel(value, 255)), [0, 0, 128, 255, 255].map((k) => inkRamp[k]));
  });
}

test("the palette stays the same object until it is read again", () => {
  const first = useTheme("dark");
  assert.equal(palette(), first);
  assert.notEqual(useTheme("light"), first);
  assert.equal(palette().fade("you", 0.5), palette().fade("you", 0.5));
});

test("a missing token is named", () => {
  assert.throws(() => useTheme("dark", { you: "" }), /--you: expected a colour like #5aa9ff, found ""/);
});
