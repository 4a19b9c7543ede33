// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { calls, fakeCanvas, forget, texts, useTheme } from "./recording.js";
import * as relief from "../../www/relief.js";
import { palette } from "../../www/palette.js";
import { createState } from "../../www/state.js";
import { createTurn } from "../../www/turn.js";
import { createPlaneChart } from "../../www/views/plane-chart.js";

beforeEach(() => void useTheme("dark"));

const SIDE = 9;
const EXTENT = { left: -3, bottom: -1, right: 3, top: 2 };
/** A valley that rises to the right, with a hill of its own. */
const COSTS = Float32Array.from({ length: SIDE * SIDE }, (_, at) => {
  const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
  return 0.1 + 0.03 * x * x + 0.05 * (y - 4) ** 2 + (x === 6 && y === 5 ? 0.7 : 0);
});
const FIELD = relief.createField(COSTS, SIDE, EXTENT);
const FRAME = { left: 10, top: 20, width: 300, height: 150 };
const ANGLES = [0, 0.5, 1.9, -2.8, 3.1].flatMap((yaw) => [0.2, 0.6, 1.2, Math.PI / 2].map((pitch) => ({ yaw, pitch })));

/** The model's place of a grid point. @param {number} at @returns {[number, number, number]} */
function place(at) {
  return [((2 * (at % SIDE)) / (SIDE - 1) - 1) * FIELD.aspect, (2 * Math.floor(at / SIDE)) / (SIDE - 1) - 1, FIELD.heights[at]];
}

test("relief: levels are even steps of the logarithm, from the lowest cost to the highest", () => {
  const range = relief.range(COSTS);
  const half = Math.sqrt(range.low * range.high);
  assert.ok(Math.abs(relief.levelOf(half, range) - relief.LEVELS / 2) < 1e-9);
  assert.equal(relief.levelOf(range.low, range), 0);
  assert.equal(relief.levelOf(range.high, range), relief.LEVELS);
  assert.equal(relief.levelOf(0, range), 0);
  // Ground without any slope has one colour, not none.
  assert.equal(relief.levelOf(0.5, { low: 0.5, high: 0.5 }), 0);
});

test("relief: seen from straight above it is the map", () => {
  const project = relief.project({ yaw: 0, pitch: Math.PI / 2 }, FIELD, FRAME);
  const [left, bottom] = project(-FIELD.aspect, -1, 0);
  const [right, top] = project(FIELD.aspect, 1, 0);
  assert.ok(left < right && top < bottom);
  assert.ok(Math.abs((right - left) / (bottom - top) - FIELD.aspect) < 1e-9, "one unit is as long upwards as sideways");
});

test("relief: from every angle all of it lies in the frame, and fills its width or its height and half of the other", () => {
  for (const angle of ANGLES) {
    const project = relief.project(angle, FIELD, FRAME);
    const points = [...COSTS.keys()].map((at) => project(...place(at)));
    for (const x of [-1, 1]) for (const y of [-1, 1]) points.push(project(x * FIELD.aspect, y, 0));
    const [across, down] = [0, 1].map((axis) => points.map((point) => point[axis]));
    const [left, right, top, bottom] = [Math.min(...across), Math.max(...across), Math.min(...down), Math.max(...down)];
    const seen = `${JSON.stringify(angle)}: ${[left, right, top, bottom]}`;
    assert.ok(left > 9.99 && right < 310.01 && top > 19.99 && bottom < 170.01, seen);
    assert.ok(right - left > 299.9 || bottom - top > 149.9, seen);
    assert.ok(right - left > 150 && bottom - top > 75, seen);
  }
});

test("relief: a place of the plane lies on the surface, at grid points exactly", () => {
  for (const at of COSTS.keys()) {
    const point = [EXTENT.left + ((at % SIDE) / (SIDE - 1)) * 6, EXTENT.bottom + (Math.floor(at / SIDE) / (SIDE - 1)) * 3];
    const found = relief.placeOn(FIELD, EXTENT, point);
    place(at).forEach((wanted, axis) => assert.ok(Math.abs(found[axis] - wanted) < 1e-6, `${at}: ${found}`));
    assert.ok(Math.abs(relief.costAt(COSTS, SIDE, EXTENT, point) - COSTS[at]) < 1e-6);
  }
  // Halfway along an edge of the grid: halfway between its ends.
  const half = relief.costAt(COSTS, SIDE, EXTENT, [EXTENT.left + 6.5 * 0.75, EXTENT.bottom + 5 * 0.375]);
  assert.ok(Math.abs(half - (COSTS[5 * SIDE + 6] + COSTS[5 * SIDE + 7]) / 2) < 1e-6);
});

test("relief: what is painted is what lies in front", () => {
  const [width, height] = [320, 190];
  const picture = { width, height, words: new Uint32Array(width * height), depths: new Float32Array(width * height) };
  const colours = new Uint32Array(relief.LEVELS * relief.SHADES).map((_, at) => 1 + Math.floor(at / relief.SHADES));
  for (const angle of ANGLES) {
    const project = relief.project(angle, FIELD, FRAME);
    relief.paintField(FIELD, angle, project, picture, colours, { half: 0.8, shade: 0.1 });
    let [hidden, shown] = [0, 0];
    for (let a = 0; a < 97; a++) {
      for (let b = 0; b < 53; b++) {
        const point = [EXTENT.left + (6 * (a + 0.5)) / 97, EXTENT.bottom + (3 * (b + 0.5)) / 53];
        const [across, down, depth] = project(...relief.placeOn(FIELD, EXTENT, point));
        const at = Math.floor(down) * width + Math.floor(across);
        const around = [-1, 0, 1].flatMap((row) => [-1, 0, 1].map((column) => picture.depths[at + row * width + column]));
        const [nearest, farthest] = [Math.min(...around), Math.max(...around)];
        // Along an outline a pixel's middle may lie beside the surface.
        if (farthest - nearest > 8) continue;
        assert.ok(nearest < depth + 8, `${JSON.stringify(angle)} at ${point}: seen at ${nearest}, though ${depth} is nearer`);
        if (farthest < depth - 8) {
          hidden++;
          continue;
        }
        shown++;
        const level = Math.floor(relief.levelOf(relief.costAt(COSTS, SIDE, EXTENT, point), relief.range(COSTS)));
        assert.ok(Math.abs(picture.words[at] - 1 - level) <= 4, `level ${level} painted as ${picture.words[at] - 1}`);
      }
    }
    assert.ok(shown > 1000, `${shown}`);
    if (angle.pitch === Math.PI / 2) assert.equal(hidden, 0);
    if (angle.pitch === 0.2 && angle.yaw === 3.1) assert.ok(hidden > 20, `${hidden}: the hill hides what is behind it`);
  }
});

/** @type {import("../../www/views/plane-chart.js").PlaneData} */
const DATA = { path: [[2, 1], [-1, 0.5], [0, 0]], share: 0.9, extent: EXTENT, costs: COSTS, side: SIDE, angle: relief.FIRST_ANGLE };

test("surface in space: the ball lies where the run stands, axes and colours are named", () => {
  const canvas = fakeCanvas(340, 180);
  const chart = createPlaneChart(canvas);
  chart.draw(DATA);
  const discs = calls(canvas, "arc").map(({ args }) => args);
  assert.equal(discs.length, 2);
  const project = relief.project(relief.FIRST_ANGLE, FIELD, { left: 34, top: 24, width: 290, height: 138 });
  const [across, down] = project(...relief.placeOn(FIELD, EXTENT, [0, 0]));
  const [x, y, radius] = discs[1];
  assert.ok(Math.abs(x - across) < 0.01 && down - y > 0 && down - y < 2 * radius, `${[x, y]} for ${[across, down]}`);
  const words = texts(canvas).map(({ text }) => text);
  for (const word of ["start", "cost", "first direction", "2nd", "cost 0.100"]) assert.ok(words.includes(word), words.join());
  assert.match(chart.describe(DATA), /turned by \u221214 degrees, from 33 degrees above/);
  assert.match(chart.describe(DATA), /leads from 1\.773 to 0\.680/);

  forget(canvas);
  chart.draw({ ...DATA, angle: { yaw: 1.5, pitch: 0.6 } });
  const turned = calls(canvas, "arc").map(({ args }) => args);
  assert.ok(Math.hypot(turned[1][0] - x, turned[1][1] - y) > 5, "turned, the ball is seen elsewhere");
  assert.equal(calls(canvas, "drawImage").length, 1);
});

test("surface in space: an earlier place that is looked at is where the ball lies, and a path behind a hill shines through it", () => {
  const canvas = fakeCanvas(340, 180);
  createPlaneChart(canvas).draw({ ...DATA, here: [-1, 0.5] });
  const project = relief.project(relief.FIRST_ANGLE, FIELD, { left: 34, top: 24, width: 290, height: 138 });
  const [across] = project(...relief.placeOn(FIELD, EXTENT, [-1, 0.5]));
  assert.ok(Math.abs(calls(canvas, "arc").at(-1)?.args[0] - across) < 0.01);

  const hill = COSTS.map((_, at) => (at === 4 * SIDE + 4 ? 1 : 0.1));
  /** How many pieces of a way along the upper edge are hidden. @param {number} yaw */
  const hidden = (yaw) => {
    const other = fakeCanvas(340, 180);
    createPlaneChart(other).draw({ ...DATA, costs: hill, path: [[-2, 1.4], [2, 1.4]], angle: { yaw, pitch: 0.2 } });
    const all = calls(other);
    const stroked = all.findIndex(({ name, state }) => name === "stroke" && state.strokeStyle === palette().fade("you", 0.3));
    const begun = all.slice(0, stroked).findLastIndex(({ name }) => name === "beginPath");
    return all.slice(begun, stroked).filter(({ name }) => name === "lineTo").length;
  };
  assert.ok(hidden(0) > 0, "the hill is in front of it");
  assert.equal(hidden(Math.PI), 0, "it is in front of the hill");
});

test("relief: the light stands still while the model turns under it", () => {
  const flat = { left: -1, bottom: -1, right: 1, top: 1 };
  const [width, height] = [80, 60];
  const colours = Uint32Array.from({ length: relief.LEVELS * relief.SHADES }, (_, at) => at % relief.SHADES);
  /** The shade in the middle of a plane that rises in a direction. @param {number} x @param {number} y @param {number} yaw */
  const shade = (x, y, yaw) => {
    const costs = Float32Array.from({ length: 25 }, (_, at) => 3 + x * (at % 5) + y * Math.floor(at / 5));
    const field = relief.createField(costs, 5, flat);
    const picture = { width, height, words: new Uint32Array(width * height), depths: new Float32Array(width * height) };
    const angle = { yaw, pitch: 0.9 };
    relief.paintField(field, angle, relief.project(angle, field, { left: 0, top: 0, width, height }), picture, colours, { half: 0, shade: 0 });
    return picture.words[(height / 2) * width + width / 2];
  };
  // Turned by a quarter, what rose away from the viewer rises to the left.
  const [away, left, right] = [shade(0, 0.5, 0), shade(-0.5, 0, 0), shade(0.5, 0, 0)];
  assert.ok(Math.abs(shade(0, 0.5, Math.PI / 2) - left) <= 1 && Math.abs(shade(0, 0.5, -Math.PI / 2) - right) <= 1);
  assert.ok(Math.abs(shade(0.5, 0, Math.PI / 2) - away) <= 1 && Math.abs(shade(0.5, 0, -Math.PI / 2) - shade(0, -0.5, 0)) <= 1);
  assert.ok(right > left + 5 && left > 0, `from the upper left, and a little from everywhere: ${[away, left, right]}`);
});

test("turning: by drag and by arrow keys, within limits, and only what is shown in space", () => {
  const canvas = fakeCanvas(340, 180);
  canvas.removeAttribute = canvas.toggleAttribute = () => {};
  const state = createState();
  /** @type {string[]} */
  const drawn = [];
  createTurn(canvas, state, (topics) => drawn.push(...topics));
  canvas.send("keydown", { key: "ArrowLeft" });
  canvas.send("pointerdown", { clientX: 0, clientY: 0 });
  canvas.send("pointermove", { clientX: 50, clientY: 0 });
  assert.deepEqual([state.angle, drawn], [relief.FIRST_ANGLE, []]);

  state.picture = "solid";
  canvas.send("pointermove", { clientX: 60, clientY: 0 });
  assert.deepEqual(drawn, [], "no button is pressed");
  canvas.send("pointerdown", { clientX: 100, clientY: 100 });
  canvas.send("pointermove", { clientX: 150, clientY: 110 });
  canvas.send("pointermove", { clientX: 400, clientY: 400, pointerId: 2 });
  assert.ok(state.angle.yaw > relief.FIRST_ANGLE.yaw && state.angle.pitch > relief.FIRST_ANGLE.pitch);
  assert.deepEqual(drawn, ["plane"]);
  canvas.send("pointerup", {});
  const { yaw } = state.angle;
  canvas.send("pointermove", { clientX: 0, clientY: 0 });
  assert.equal(state.angle.yaw, yaw);

  for (let i = 0; i < 100; i++) canvas.send("keydown", { key: "ArrowDown" });
  assert.equal(state.angle.pitch, Math.PI / 2);
  for (let i = 0; i < 100; i++) canvas.send("keydown", { key: "ArrowRight" });
  assert.ok(Math.abs(state.angle.yaw) <= Math.PI);
  for (let i = 0; i < 100; i++) canvas.send("keydown", { key: "ArrowUp" });
  assert.ok(state.angle.pitch > 0, "never from below");
  canvas.send("keydown", { key: "Home" });
  assert.ok(Math.abs(state.angle.yaw - relief.FIRST_ANGLE.yaw) + Math.abs(state.angle.pitch - relief.FIRST_ANGLE.pitch) < 1e-9);
});

test("a valley without cost leaves the slopes above it their levels, and what is beyond all numbers lies on top", () => {
  const costs = Float32Array.of(0, 0.1, 1, 2);
  const levels = Array.from(costs, (cost) => relief.levelOf(cost, relief.range(costs)));
  assert.equal(levels[0], 0);
  assert.ok(levels[0] < levels[1] && levels[1] < levels[2] && levels[2] < levels[3], levels.join());
  const { heights, levels: tops } = relief.createField(Float32Array.of(1, 2, Infinity, NaN), 2, { left: 0, bottom: 0, right: 1, top: 1 });
  assert.deepEqual([...heights].map((height) => Number((height / relief.HEIGHT).toFixed(6))), [0, 1, 1, 1]);
  assert.equal(tops[2], tops[1]);
});
