// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { calls, fakeCanvas, texts, useTheme } from "./recording.js";
import { createPlaneChart } from "../../www/views/plane-chart.js";

beforeEach(() => void useTheme("dark"));

const SIDE = 11;
/** A bowl whose lowest point is in the middle. */
const COSTS = Float32Array.from({ length: SIDE * SIDE }, (_, at) => 0.1 + Math.hypot((at % SIDE) - 5, Math.floor(at / SIDE) - 5) / 5);
/** @type {import("../../www/views/plane-chart.js").PlaneData} */
const DATA = {
  path: [[-4, -2], [-1, 1], [0, 0]],
  share: 0.913,
  extent: { left: -5, bottom: -5, right: 5, top: 5 },
  costs: COSTS,
  side: SIDE,
  angle: null,
};

test("plane: the path ends where the run stands, and the start is named", () => {
  const canvas = fakeCanvas(200, 100);
  createPlaneChart(canvas).draw(DATA);
  const discs = calls(canvas, "arc").map(({ args }) => args.slice(0, 2));
  assert.deepEqual(discs, [[20, 70], [100, 50]]);
  assert.ok(texts(canvas).some(({ text }) => text === "start"));
});

test("plane: the surface fills the picture, painted once for each grid, and the legend names the lowest and the highest cost", () => {
  const canvas = fakeCanvas(200, 100);
  const chart = createPlaneChart(canvas);
  chart.draw(DATA);
  const [{ args: [layer, ...box] }] = calls(canvas, "drawImage");
  assert.deepEqual(box, [0, 0, 200, 100]);
  chart.draw({ ...DATA, path: [[-4, -2], [0, 0]] });
  assert.equal(calls(layer, "putImageData").length, 1);
  chart.draw({ ...DATA, costs: COSTS.slice() });
  assert.equal(calls(layer, "putImageData").length, 2);
  const words = texts(canvas).map(({ text }) => text);
  assert.ok(words.includes("cost 0.100"), words.join());
  assert.ok(words.includes("1.514"), words.join());
});

test("plane: while it glides the legend tells what was measured, and an earlier place is where the run stands", () => {
  const canvas = fakeCanvas(200, 100);
  createPlaneChart(canvas).draw({ ...DATA, measured: COSTS, costs: COSTS.map((cost) => 2 * cost), here: [-1, 1] });
  assert.ok(texts(canvas).some(({ text }) => text === "cost 0.100"));
  assert.deepEqual(calls(canvas, "arc").at(-1)?.args.slice(0, 2), [80, 40]);
});

test("plane: a kept run whose cost is another than that of the surface under its end is said to lie off it", () => {
  const end = 0.1 + Math.hypot(3, 3) / 5;
  const named = (/** @type {number} */ keptCost) => {
    const canvas = fakeCanvas(400, 200);
    createPlaneChart(canvas).draw({ ...DATA, kept: [[-4, -2], [3, 3]], keptCost });
    return texts(canvas).find(({ text }) => text.startsWith("kept"))?.text;
  };
  for (const cost of [end, 1.1 * end, end / 1.1]) assert.equal(named(cost), "kept");
  for (const cost of [1.3 * end, end / 1.3]) assert.equal(named(cost), `kept: cost ${cost.toFixed(3)}, off this surface`);
});

test("plane: names cover neither a path nor the ball, nor each other, and lie within the picture", () => {
  /** @param {[number, number][]} path @param {[number, number][]} [kept] */
  const named = (path, kept) => {
    const canvas = fakeCanvas(400, 150);
    createPlaneChart(canvas).draw({ ...DATA, path, kept, keptCost: 9 });
    const names = texts(canvas).filter(({ text }) => /^(start|kept)/.test(text));
    const covered = [path, kept ?? []].flatMap((way) =>
      way.flatMap(([x, y], k) => {
        const [toX, toY] = way[k + 1] ?? [x, y];
        return Array.from({ length: 101 }, (_, piece) => [x + ((toX - x) * piece) / 100, y + ((toY - y) * piece) / 100].map((at, axis) => (axis === 0 ? 40 * (at + 5) : 15 * (5 - at))));
      }),
    ).some(([x, y]) => names.some(({ left, right, bottom: foot }) => x > left && x < right && y > foot - 9 && y < foot + 1));
    const [a, b] = names;
    const meet = b && a.left < b.right && b.left < a.right && Math.abs(a.bottom - b.bottom) < 11;
    const inside = names.every(({ left, right, top, bottom }) => left >= 0 && right <= 400 && top >= -3 && bottom < 150);
    return { covered, meet: Boolean(meet), inside };
  };
  for (const path of /** @type {[number, number][][]} */ ([[[0, 0], [1, 0]], [[0, 0], [-1, 0]], [[-4.5, 0], [1, 0]], [[4.5, 0], [-1, 0]], [[-4, -2], [-1, 1], [0, 0]], [[-2, 4.6], [0, -1]]]))
    for (const kept of [undefined, .../** @type {[number, number][][]} */ ([[[-4, -2], [3, 3]], [[0, 0], [0.4, 0.1]], [[2, 2], [4.8, -1]]])])
      assert.deepEqual(named(path, kept), { covered: false, meet: false, inside: true }, JSON.stringify({ path, kept }));
});

test("plane: before the second step there is nothing but a word", () => {
  const canvas = fakeCanvas(200, 100);
  const chart = createPlaneChart(canvas);
  const nothing = { path: null, share: 0, extent: null, costs: null, side: 0, angle: null };
  chart.draw(nothing);
  assert.equal(calls(canvas, "arc").length, 0);
  assert.equal(texts(canvas).length, 1);
  assert.match(chart.describe(nothing), /nothing to show/);
});

test("plane: its text says how much of the path it holds", () => {
  assert.match(createPlaneChart(fakeCanvas(200, 100)).describe(DATA), /hold 91\.3.% of it.*0\.100 to 1\.514/s);
});
