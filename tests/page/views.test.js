// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakeElement, calls, fakeCanvas, forget, resize, texts, useTheme } from "./recording.js";
import { palette } from "../../www/palette.js";
import { createDrawingPad } from "../../www/views/drawing-pad.js";
import { createInputImage } from "../../www/views/input-image.js";
import { createNetworkDiagram, layOut } from "../../www/views/network-diagram.js";
import { createPredictionBars } from "../../www/views/prediction-bars.js";
import { createSliceChart } from "../../www/views/slice-chart.js";
import { createCurve } from "../../www/views/smooth-curve.js";
import { createThumbnails } from "../../www/views/thumbnails.js";
import { arrange, createWeightImages } from "../../www/views/weight-images.js";

beforeEach(() => void useTheme("dark"));

// drawing-pad

const EMPTY_PAD = { strokes: [], image: null, ghost: true };

function padWithLog() {
  const canvas = fakeCanvas(280, 280);
  /** @type {{ strokes: number[][][], finished: boolean }[]} */
  const log = [];
  const pad = createDrawingPad(canvas, { onStroke: (strokes, finished) => log.push({ strokes: structuredClone(strokes), finished }) });
  pad.draw(EMPTY_PAD);
  return { canvas, pad, log };
}

test("pad: a stroke is reported while it is drawn, with coalesced points, and once more when it ends", () => {
  const { canvas, log } = padWithLog();
  canvas.send("pointerdown", { clientX: 10, clientY: 20 });
  canvas.send("pointermove", {
    clientX: 14,
    clientY: 20,
    getCoalescedEvents: () => [
      { clientX: 12, clientY: 20 },
      { clientX: 14, clientY: 20 },
    ],
  });
  canvas.send("pointerup", {});
  assert.deepEqual(log, [
    { strokes: [[[10, 20]]], finished: false },
    { strokes: [[[10, 20], [12, 20], [14, 20]]], finished: false },
    { strokes: [[[10, 20], [12, 20], [14, 20]]], finished: true },
  ]);
});

test("pad: only the primary button of the primary pointer writes, one pointer at a time", () => {
  const { canvas, log } = padWithLog();
  canvas.send("pointerdown", { clientX: 1, clientY: 1, button: 2 });
  canvas.send("pointerdown", { clientX: 1, clientY: 1, isPrimary: false });
  canvas.send("pointermove", { clientX: 5, clientY: 5 });
  assert.equal(log.length, 0);
  canvas.send("pointerdown", { clientX: 1, clientY: 1 });
  canvas.send("pointermove", { clientX: 50, clientY: 5, pointerId: 2 });
  canvas.send("pointerdown", { clientX: 90, clientY: 90, pointerId: 2 });
  canvas.send("pointerup", { pointerId: 2 });
  assert.equal(log.length, 1);
  canvas.send("pointerup", {});
  assert.deepEqual(log.at(-1), { strokes: [[[1, 1]]], finished: true });
});

test("pad: a stroke that a script draws is one, though no pointer stands behind its events", () => {
  const { canvas, log } = padWithLog();
  canvas.setPointerCapture = () => assert.fail("there is no such pointer");
  const made = { isTrusted: false, isPrimary: false, pointerId: 0 };
  canvas.send("pointerdown", { ...made, clientX: 1, clientY: 1 });
  canvas.send("pointermove", { ...made, clientX: 9, clientY: 1 });
  canvas.send("pointerup", made);
  assert.deepEqual(log.at(-1), { strokes: [[[1, 1], [9, 1]]], finished: true });
});

test("pad: a hand that trembles adds no points", () => {
  const { canvas, log } = padWithLog();
  canvas.send("pointerdown", { clientX: 100, clientY: 100 });
  for (const clientX of [100.2, 99.8, 100.3]) canvas.send("pointermove", { clientX, clientY: 100 });
  assert.equal(log.length, 1);
  canvas.send("pointermove", { clientX: 100.5, clientY: 100 });
  assert.deepEqual(log.at(-1)?.strokes, [[[100, 100], [100.5, 100]]]);
});

test("pad: the page cannot scroll under the pen", () => {
  const { canvas } = padWithLog();
  assert.equal(canvas.style.touchAction, "none");
});

test("pad: a second stroke joins the first; a picture gives way to the pen", () => {
  const { canvas, pad, log } = padWithLog();
  pad.draw({ ...EMPTY_PAD, strokes: [[[1, 1]]] });
  canvas.send("pointerdown", { clientX: 9, clientY: 9 });
  canvas.send("pointerup");
  assert.deepEqual(log.at(-1), { strokes: [[[1, 1]], [[9, 9]]], finished: true });
  pad.draw({ ...EMPTY_PAD, strokes: [[[1, 1]]], image: new Float32Array(16) });
  canvas.send("pointerdown", { clientX: 9, clientY: 9 });
  assert.deepEqual(log.at(-1), { strokes: [[[9, 9]]], finished: false });
});

test("pad: off the pad the pen is lifted, and coming back it starts a new stroke", () => {
  const { canvas, log } = padWithLog();
  canvas.send("pointerdown", { clientX: 270, clientY: 100 });
  canvas.send("pointermove", { clientX: 400, clientY: 100 });
  canvas.send("pointermove", { clientX: 260, clientY: 120 });
  canvas.send("pointerup");
  assert.deepEqual(log.at(-1)?.strokes, [[[270, 100]], [[260, 120]]]);
});

test("pad: the hint shows only while there is nothing else", () => {
  const { canvas, pad } = padWithLog();
  assert.deepEqual(texts(canvas).map(({ text }) => text), ["draw here"]);
  forget(canvas);
  pad.draw({ ...EMPTY_PAD, strokes: [[[1, 1], [5, 5]]] });
  pad.draw({ ...EMPTY_PAD, image: new Float32Array(16) });
  pad.draw({ ...EMPTY_PAD, ghost: false });
  assert.equal(texts(canvas).length, 0);
});

test("pad: a picture is drawn with crisp pixels", () => {
  const { canvas, pad } = padWithLog();
  pad.draw({ ...EMPTY_PAD, image: new Float32Array(16).fill(255) });
  const [{ args, state }] = calls(canvas, "drawImage").slice(-1);
  assert.deepEqual(args.slice(1), [0, 0, 280, 280]);
  assert.equal(state.imageSmoothingEnabled, false);
});

// input-image

test("input image: paper is 0, ink is 1, and a hidden canvas is drawn once it shows", () => {
  const canvas = fakeCanvas(0, 0);
  const view = createInputImage(canvas);
  view.draw({ input: Float32Array.of(0, 1, 2, -1), side: 2 });
  assert.equal(calls(canvas).length, 0);
  resize(canvas, 56, 56);
  const [{ args }] = calls(canvas, "drawImage");
  const [{ args: [image] }] = calls(args[0], "putImageData");
  const { inkRamp } = palette();
  assert.deepEqual([...new Uint32Array(image.data.buffer)], [inkRamp[0], inkRamp[255], inkRamp[255], inkRamp[0]]);
  assert.equal(canvas.width, 112, "two device pixels per CSS pixel");
});

// prediction-bars

test("bars: exact scores in the data, two decimals to read, the winner and the wanted marked", () => {
  const element = /** @type {any} */ (new FakeElement());
  const bars = createPredictionBars(element);
  assert.deepEqual(element.children.slice(0, 10).map((/** @type {any} */ row) => row.dataset.digit), [..."0123456789"]);
  const scores = Float32Array.from({ length: 10 }, (_, k) => k / 10);
  scores[0] = -0.25;
  const shares = scores.map((score) => score * score);
  bars.draw({ scores, digit: 9, label: 3, probabilities: false, shares, cost: 1.5 });
  const [zero, , , three] = element.children;
  const nine = element.children[9];
  assert.equal(Number(three.dataset.score), scores[3]);
  assert.equal(three.children[2].textContent, "0.30");
  assert.equal(three.children[1].children[0].style.transform, "scaleX(0.3000)");
  assert.equal(zero.children[2].textContent, "\u22120.25");
  assert.ok(zero.classList.contains("score-negative"));
  assert.ok(nine.classList.contains("score-winner") && !nine.classList.contains("score-wanted"));
  assert.ok(three.classList.contains("score-wanted"));
  assert.ok(element.classList.contains("scores-costed"));
  assert.equal(three.children[3].textContent, "+0.09");
  const sum = element.children[10];
  assert.deepEqual([sum.children[1].children[3].style.width, sum.children[2].textContent], ["3.00%", "1.500"], "of 3");
  bars.draw({ scores, digit: 9, label: 3, probabilities: false, shares, cost: 0.75 });
  assert.equal(sum.children[1].children[3].style.width, "3.00%", "the same error, however small the sum");
  assert.ok(!sum.classList.contains("score-sum-over"));
  bars.draw({ scores, digit: 9, label: 3, probabilities: false, shares: shares.map((share) => 4 * share), cost: 6 });
  assert.deepEqual([sum.children[1].children[3].style.width, sum.classList.contains("score-sum-over")], ["6.00%", true]);
  bars.draw({ scores: null, digit: null, label: null, probabilities: false, shares: null, cost: null });
  assert.ok(!element.classList.contains("scores-costed"));
  assert.equal(nine.dataset.score, "");
  assert.equal(nine.children[2].textContent, "\u2013");
  assert.ok(!nine.classList.contains("score-winner"));
});

test("bars: the sentence says what is read, and whether it is right", () => {
  const bars = createPredictionBars(/** @type {any} */ (new FakeElement()));
  const scores = new Float32Array(10).fill(0.5);
  const data = { scores, digit: 4, label: 9, probabilities: true, shares: null, cost: 0.7 };
  assert.equal(bars.describe(data), "The network reads 4 with a probability of 0.50, but it is a 9. The cost of this one is 0.700.");
  assert.match(bars.describe({ ...data, label: 4 }), /which is right/);
  assert.match(bars.describe({ ...data, scores: null }), /No digit/);
});

// thumbnails

test("thumbnails: as many as there are images, each to be chosen by its place", () => {
  const element = /** @type {any} */ (new FakeElement());
  /** @type {number[]} */
  const chosen = [];
  const view = createThumbnails(element, (place) => chosen.push(place));
  const draw = (/** @type {string[]} */ ...captions) =>
    view.draw({ items: captions.map((caption) => ({ pixels: Float32Array.of(0, 1, 0, 1), caption, name: `a ${caption}` })), side: 2, full: 1 });
  const names = () => element.children.map((/** @type {any} */ { attributes }) => attributes["aria-label"]);
  draw("1", "2", "3");
  const [first, , third] = element.children;
  draw("4", "5");
  assert.deepEqual(names(), ["a 4", "a 5"]);
  assert.equal(element.children[0], first, "a button that has the focus keeps it");
  for (const button of [first, third]) element.send("click", { target: { closest: () => button } });
  assert.deepEqual(chosen, [0]);
  draw();
  assert.deepEqual(names(), []);
});

// network-diagram

/** @param {number[]} sizes */
function randomParameters(sizes) {
  let state = 1;
  const length = sizes.slice(1).reduce((sum, size, k) => sum + size * (sizes[k] + 1), 0);
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const SIZES = [784, 16, 16, 10];

/** @returns {import("../../www/views/network-diagram.js").NetworkData} */
function networkData() {
  return {
    sizes: SIZES,
    parameters: randomParameters(SIZES),
    input: new Float32Array(784).fill(0.5),
    activations: new Float32Array(42),
    activationRange: [0, 1],
    digit: 7,
    label: null,
    chosen: null,
    opened: null,
    lit: 1,
    nudges: null,
  };
}

test("network: edges are drawn again only when weights or input changed", () => {
  const canvas = fakeCanvas(640, 400);
  const view = createNetworkDiagram(canvas);
  const data = networkData();
  view.draw(data);
  const edges = calls(canvas, "drawImage").at(-1)?.args[0];
  const strokes = () => calls(edges, "stroke").length;
  const first = strokes();
  assert.ok(first > 0 && first < 150, `${first} strokes for some 600 edges`);
  view.draw({ ...data, activations: new Float32Array(42).fill(1), digit: 3 });
  assert.equal(strokes(), first);
  const parameters = Float32Array.from(data.parameters ?? []);
  view.draw({ ...data, parameters });
  const second = strokes();
  assert.ok(second > first);
  view.draw({ ...data, parameters, input: Float32Array.from(data.input ?? []) });
  assert.ok(strokes() > second);
});

test("network: what the batch wants has the same edges whatever image stands there", () => {
  const edges = [0, 1].map((ink) => {
    const canvas = fakeCanvas(640, 400);
    const data = networkData();
    const input = new Float32Array(784).fill(ink, 0, 392);
    createNetworkDiagram(canvas).draw({ ...data, input, nudges: data.parameters });
    return calls(calls(canvas, "drawImage").at(-1)?.args[0], "stroke").map(({ args: [path], state }) => [path.curves, state.strokeStyle, state.lineWidth]);
  });
  assert.ok(edges[0].length > 0);
  assert.deepEqual(edges[0], edges[1]);
});

test("network: the winner is yellow, others go from silent to active", () => {
  const canvas = fakeCanvas(640, 400);
  const view = createNetworkDiagram(canvas);
  const activations = new Float32Array(42);
  activations[0] = 1;
  activations[32 + 7] = 1;
  view.draw({ ...networkData(), activations });
  const fills = calls(canvas, "fill").map(({ state }) => state.fillStyle);
  const colours = palette();
  assert.equal(fills.length, 42);
  assert.equal(fills[0], colours.activations.at(-1));
  assert.equal(fills[1], colours.activations[0]);
  assert.equal(fills[39], colours.winner.at(-1));
  const seven = calls(canvas, "fillText").find(({ args }) => args[0] === "7");
  assert.equal(seven?.state.fillStyle, colours.you);
});

test("network: hit finds neurons and pixels", () => {
  const canvas = fakeCanvas(640, 400);
  const view = createNetworkDiagram(canvas);
  assert.equal(view.hit(10, 10), null);
  view.draw(networkData());
  const { picture, columns } = layOut(SIZES, 640, 400);
  assert.deepEqual(view.hit(columns[1].x[3] + 2, columns[1].y[3]), { layer: 2, neuron: 3 });
  assert.deepEqual(view.hit(columns[2].x[9], columns[2].y[9] + 3), { layer: 3, neuron: 9 });
  const pixel = picture.size / 28;
  assert.deepEqual(view.hit(picture.left + 2.5 * pixel, picture.top + 1.5 * pixel), { layer: 0, neuron: 30 });
  assert.equal(view.hit((columns[0].x[0] + columns[1].x[0]) / 2, 200), null);
});

for (const [width, height] of [
  [640, 400],
  [330, 300],
  [1200, 500],
]) {
  test(`network: every layer fits into ${width} x ${height} without touching discs`, () => {
    for (const hidden of [[1], [16, 16], [17], [40], [41], [100, 30], [128, 128, 128]]) {
      const { picture, columns } = layOut([784, ...hidden, 10], width, height);
      let right = picture.left + picture.size;
      for (const { x, y, radius } of columns) {
        for (let a = 0; a < x.length; a++) {
          assert.ok(x[a] - radius > right - 0.5, `${hidden}: a column overlaps what is left of it`);
          assert.ok(x[a] + radius < width && y[a] - radius >= 0 && y[a] + radius <= height, `${hidden}: inside`);
          for (let b = 0; b < a; b++) {
            assert.ok(Math.hypot(x[a] - x[b], y[a] - y[b]) >= 1.9 * radius, `${hidden}: discs ${a} and ${b}`);
          }
        }
        right = Math.max(...x) + radius;
      }
    }
  });
}

test("network: the edges of one neuron are seen by themselves, the others faintly", () => {
  const canvas = fakeCanvas(640, 400);
  const view = createNetworkDiagram(canvas);
  const data = networkData();
  view.draw(data);
  const edges = () => /** @type {import("./recording.js").Call} */ (calls(canvas, "drawImage").at(-1));
  assert.equal(edges().state.globalAlpha ?? 1, 1);
  /** Of all paths that were stroked, some of them several times. */
  const curves = () => [...new Set(calls(canvas, "stroke").map(({ args }) => args[0]))].reduce((sum, path) => sum + (path?.curves ?? 0), 0);
  assert.equal(curves(), 0);
  for (const [seen, most] of /** @type {[{ layer: number, neuron: number }, number][]} */ ([[{ layer: 1, neuron: 3 }, 60 + 16], [{ layer: 2, neuron: 0 }, 16 + 10], [{ layer: 3, neuron: 9 }, 16]])) {
    forget(canvas);
    view.draw({ ...data, seen });
    assert.ok(edges().state.globalAlpha < 0.5);
    const own = curves();
    assert.ok(own > most / 2 && own <= most, `${own} of ${most}`);
  }
});

test("network: nothing known yet draws nothing, a structure alone draws hollow neurons", () => {
  const canvas = fakeCanvas(640, 400);
  const view = createNetworkDiagram(canvas);
  const data = { ...networkData(), parameters: null, input: null, activations: null, digit: null };
  view.draw({ ...data, sizes: null });
  assert.equal(calls(canvas, "arc").length, 0);
  view.draw(data);
  assert.equal(calls(canvas, "arc").length, 42);
  assert.equal(view.describe(data), "A network of 784 inputs, hidden layers of 16 and 16 neurons and 10 outputs.");
});

// weight-images

test("weights: tile j holds column j of the weights, all on one signed scale", () => {
  const canvas = fakeCanvas(300, 150);
  const view = createWeightImages(canvas);
  // Two pixels square, three neurons: weight = 0.1 (pixel + 1), the sign that of the neuron - 1.
  const parameters = new Float32Array(4 * 3 + 3 + 3 * 2 + 2);
  for (let pixel = 0; pixel < 4; pixel++) for (let j = 0; j < 3; j++) parameters[3 * pixel + j] = (j - 1) * 0.1 * (pixel + 1);
  view.draw({ sizes: [4, 3, 2], parameters, change: null, mode: "weights", side: 2, chosen: null, opened: null, blend: 0 });
  const atlas = calls(canvas, "drawImage")[0].args[0];
  const image = calls(atlas, "putImageData")[0].args[0];
  const words = new Uint32Array(image.data.buffer);
  const { signedRamp } = palette();
  for (let j = 0; j < 3; j++) {
    for (let pixel = 0; pixel < 4; pixel++) {
      const share = 0.5 + 0.5 * (parameters[3 * pixel + j] / 0.4);
      const word = words[6 * (pixel >> 1) + 2 * j + (pixel & 1)];
      assert.equal(word, signedRamp[Math.round(share * (signedRamp.length - 1))], `neuron ${j}, pixel ${pixel}`);
    }
  }
  assert.deepEqual(texts(canvas).map(({ text }) => text).slice(0, 2), ["+0.4", "\u22120.4"]);
  assert.equal(calls(canvas, "drawImage")[0].state.imageSmoothingEnabled, false);
});

test("weights: the few beyond the scale have its end's colour", () => {
  const canvas = fakeCanvas(300, 150);
  const parameters = new Float32Array(400 + 1 + 2 + 2).fill(0.1, 0, 400);
  [parameters[7], parameters[8]] = [5, -5];
  createWeightImages(canvas).draw({ sizes: [400, 1, 2], parameters, change: null, mode: "weights", side: 20, chosen: null, opened: null, blend: 0 });
  const words = new Uint32Array(calls(calls(canvas, "drawImage")[0].args[0], "putImageData")[0].args[0].data.buffer);
  const { signedRamp } = palette();
  assert.deepEqual([words[7], words[8]], [signedRamp[signedRamp.length - 1], signedRamp[0]]);
  assert.deepEqual(texts(canvas).map(({ text }) => text), ["+0.12", "\u22120.12"]);
});

test("weights: tiles fit and never overlap, for any number of neurons", () => {
  for (const [width, height] of [
    [640, 170],
    [350, 280],
    [1000, 60],
  ]) {
    for (let count = 1; count <= 128; count++) {
      const { tile, columns, rows, pitch, left, top } = arrange(width, height, count);
      assert.ok(tile >= 1 && pitch >= tile && columns * rows >= count, `${count}`);
      assert.ok(left >= 0 && left + (columns - 1) * pitch + tile <= width + 0.01, `${count} across ${width}`);
      assert.ok(top >= 0 && top + (rows - 1) * pitch + tile <= height + 0.01, `${count} down ${height}`);
    }
  }
  assert.deepEqual([arrange(640, 170, 16).columns, arrange(640, 170, 16).rows], [8, 2]);
});

test("weights: hit tells the tile", () => {
  const canvas = fakeCanvas(640, 192);
  const view = createWeightImages(canvas);
  view.draw({ sizes: SIZES, parameters: randomParameters(SIZES), change: null, mode: "weights", side: 28, chosen: null, opened: null, blend: 0 });
  const { left, top, pitch, tile } = arrange(640, 170, 16);
  assert.equal(view.hit(left + 2 * pitch + tile / 2, top + pitch + tile / 2), 10);
  assert.equal(view.hit(left + tile + (pitch - tile) / 2, top + 5), null);
});

// slice-chart

/** A valley whose floor lies 1.5 steps ahead. @param {number} t */
const valley = (t) => 0.23 + 0.08 * (t - 1.5) ** 2;
/** @param {number} t */
const widerValley = (t) => 0.35 + 0.05 * (t - 0.5) ** 2;

/** @returns {import("../../www/views/slice-chart.js").SliceData} */
function sliceData() {
  const at = Array.from({ length: 41 }, (_, k) => -1 + (6 * k) / 40);
  return {
    run: 1,
    from: -1,
    to: 5,
    batch: Float32Array.from(at, valley),
    fixed: Float32Array.from(at, widerValley),
    slice: { cost: valley(0), slope: -0.24, gradientNorm: 0.4, stepLength: 0.6, learningRate: 1.5, fixedExamples: 1000 },
    landing: null,
    ghosts: Array.from({ length: 14 }, (_, k) => ({ cost: 0.5 + 0.01 * k })),
    progress: 0,
  };
}

/** The pixel places of values on both axes, from the tick labels that were drawn. @param {any} canvas */
function axes(canvas) {
  const drawn = calls(canvas, "fillText");
  const place = (/** @type {string} */ text) => /** @type {any} */ (drawn.find(({ args }) => args[0] === text)).args;
  const numbers = drawn.filter(({ state, args }) => state.textAlign === "right" && /^[\d.]+$/.test(args[0])).map(({ args }) => args)
    .filter(([, x], _, [first]) => x === first[1]);
  const [low, high] = [numbers[0], numbers[numbers.length - 1]];
  const perCost = (high[2] - low[2]) / (Number(high[0]) - Number(low[0]));
  const here = place("here")[1];
  const perStep = place("2")[1] - place("1 step")[1];
  return {
    x: (/** @type {number} */ t) => here + t * perStep,
    y: (/** @type {number} */ cost) => low[2] + (cost - Number(low[0])) * perCost,
    perStep,
    perCost,
  };
}

/** The ball is the yellow disc with an outline that is drawn last but one. @param {any} canvas */
function ball(canvas) {
  const discs = calls(canvas, "arc").filter(({ args }) => args[2] > 5);
  return discs[discs.length - 1].args;
}

for (const progress of [0, 0.4, 1]) {
  test(`slice: the ball touches the curve at ${progress} of its way`, () => {
    const canvas = fakeCanvas(370, 220);
    const data = { ...sliceData(), progress };
    createSliceChart(canvas).draw(data);
    const { x, y } = axes(canvas);
    const [cx, cy, radius] = ball(canvas);
    let nearest = Infinity;
    for (let t = -1; t <= 5; t += 0.002) nearest = Math.min(nearest, Math.hypot(x(t) - cx, y(valley(t)) - cy));
    assert.ok(Math.abs(nearest - radius) < 1, `distance ${nearest}, radius ${radius}`);
    assert.ok(cy < y(valley(progress)), "it lies above");
    const expected = (valley(progress)).toFixed(3);
    assert.ok(texts(canvas).some(({ text }) => text === expected), `the cost ${expected} is written`);
  });
}

test("slice: the tangent has the slope of the slice and goes through the cost here", () => {
  const canvas = fakeCanvas(370, 220);
  const data = sliceData();
  createSliceChart(canvas).draw(data);
  const { x, y, perStep, perCost } = axes(canvas);
  const all = calls(canvas);
  const dashed = all.findIndex(({ name, args }) => name === "setLineDash" && args[0].length > 0);
  const [from] = all.slice(dashed).filter(({ name }) => name === "moveTo");
  const [to] = all.slice(dashed).filter(({ name }) => name === "lineTo");
  const slope = (to.args[1] - from.args[1]) / (to.args[0] - from.args[0]);
  const wanted = (-0.24 * perCost) / perStep;
  assert.ok(Math.abs(slope / wanted - 1) < 0.02, `${slope} against ${wanted}`);
  const through = from.args[1] + (x(0) - from.args[0]) * slope;
  assert.ok(Math.abs(through - y(valley(0))) < 1);
});

for (const [width, height] of [
  [370, 220],
  [350, 260],
  [310, 200],
]) {
  test(`slice: no two texts overlap and none is cut off at ${width} x ${height}`, () => {
    for (const [scale, apart] of [[1, 1], [0.01, 1], [30, 1], [1, 0]]) {
      const data = sliceData();
      // Two curves almost in one are the hardest to name.
      if (apart === 0) data.fixed = data.batch && data.batch.map((cost) => 1.01 * cost);
      const scaled = {
        ...data,
        batch: data.batch && data.batch.map((cost) => cost * scale),
        fixed: data.fixed && data.fixed.map((cost) => cost * scale),
        slice: data.slice && { ...data.slice, cost: data.slice.cost * scale, slope: data.slice.slope * scale },
        landing: { t: 1, cost: valley(1) * scale },
        progress: 1,
      };
      const canvas = fakeCanvas(width, height);
      createSliceChart(canvas).draw(scaled);
      const boxes = texts(canvas);
      assert.equal(boxes.filter(({ text }) => text === "this batch" || text.endsWith("images")).length, 2, "both curves are named");
      for (const [k, a] of boxes.entries()) {
        assert.ok(a.left >= -1 && a.right <= width + 1 && a.top >= -1 && a.bottom <= height + 1, `${a.text} is cut off`);
        for (const b of boxes.slice(0, k)) {
          const clear = a.left >= b.right - 1 || a.right <= b.left + 1 || a.top >= b.bottom - 1 || a.bottom <= b.top + 1;
          assert.ok(clear, `"${a.text}" on "${b.text}"`);
        }
      }
    }
  });
}

test("slice: another run has an axis of its own at once", () => {
  const canvas = fakeCanvas(370, 220);
  const view = createSliceChart(canvas);
  const data = { ...sliceData(), playing: true, fast: true };
  const tiny = (/** @type {Float32Array | null} */ values) => values && values.map((cost) => 1e-4 * cost);
  view.draw({ ...data, batch: tiny(data.batch), fixed: tiny(data.fixed) });
  view.draw(data);
  const [, before] = ball(canvas);
  assert.ok(before > 0 && before < 220, `in the same run the ball stays in the picture: ${before}`);
  view.draw({ ...data, batch: tiny(data.batch), fixed: tiny(data.fixed) });
  view.draw({ ...data, run: 2 });
  const there = ball(canvas);
  const fresh = fakeCanvas(370, 220);
  createSliceChart(fresh).draw({ ...data, run: 2 });
  assert.deepEqual(there, ball(fresh));
});

test("slice: the axis never jumps, keeps the ball in view, and comes to rest", () => {
  const canvas = fakeCanvas(370, 220);
  const view = createSliceChart(canvas);
  const data = sliceData();
  assert.equal(view.draw(data), false, "the first picture needs no easing");
  assert.ok(texts(canvas).some(({ text }) => text === "0"), "where it is not far, a cost of zero is in the picture");
  const small = {
    ...data,
    batch: data.batch && data.batch.map((cost) => cost / 8),
    fixed: data.fixed && data.fixed.map((cost) => cost / 8),
    slice: data.slice && { ...data.slice, cost: data.slice.cost / 8, slope: data.slice.slope / 8 },
  };
  let last = Infinity;
  let drawings = 0;
  for (let moving = true; moving && drawings < 200; drawings++) {
    forget(canvas);
    moving = view.draw(small);
    const [, cy] = ball(canvas);
    assert.ok(cy > 0 && cy < 220);
    if (last !== Infinity) assert.ok(Math.abs(cy - last) < 30, `the ball moved ${Math.abs(cy - last)} px in a frame`);
    last = cy;
  }
  assert.ok(drawings > 3 && drawings < 60, `${drawings} drawings`);
  // Back up it leaves the picture at no time.
  forget(canvas);
  view.draw(data);
  assert.ok(ball(canvas)[1] > 0, `${ball(canvas)}`);
});

test("slice: a wild batch now and then does not press the others flat", () => {
  const canvas = fakeCanvas(370, 220);
  const view = createSliceChart(canvas);
  const usual = { ...sliceData(), playing: true };
  const wild = {
    ...usual,
    batch: usual.batch && usual.batch.map((cost) => 5 * cost),
    slice: usual.slice && { ...usual.slice, cost: 5 * usual.slice.cost, slope: 5 * usual.slice.slope },
  };
  for (let drawing = 0; drawing < 65; drawing++) view.draw(drawing % 10 === 5 ? wild : usual);
  forget(canvas);
  view.draw(usual);
  const { perCost } = axes(canvas);
  const other = fakeCanvas(370, 220);
  createSliceChart(other).draw(usual);
  const alone = axes(other).perCost;
  assert.ok(Math.abs(perCost) > 0.8 * Math.abs(alone), `${perCost} px for a cost of 1, alone ${alone}`);
});

test("slice: a few small batches leave the axis as it is", () => {
  const canvas = fakeCanvas(370, 220);
  const view = createSliceChart(canvas);
  const data = { ...sliceData(), playing: true };
  view.draw(data);
  const { perCost } = axes(canvas);
  const [batch, fixed] = [data.batch, data.fixed].map((values) => values && values.map((cost) => cost / 8));
  for (let drawing = 0; drawing < 3; drawing++) {
    forget(canvas);
    view.draw({ ...data, batch, fixed, slice: data.slice && { ...data.slice, cost: data.slice.cost / 8 } });
  }
  assert.equal(axes(canvas).perCost, perCost);
});

test("slice: at speed a few drawings are enough to find the range", () => {
  const canvas = fakeCanvas(370, 220);
  const view = createSliceChart(canvas);
  const data = { ...sliceData(), playing: true, fast: true };
  view.draw(data);
  for (let drawing = 0; drawing < 15; drawing++) {
    forget(canvas);
    view.draw({ ...data, fixed: data.fixed && data.fixed.map((cost) => cost / 8) });
  }
  const sunk = (220 - ball(canvas)[1]) / 220;
  assert.ok(sunk > 0.35, `the ball is at ${sunk} of the height`);
});

test("slice: a batch far below the fixed set has the axis to itself, and the fixed set is named at the edge", () => {
  const canvas = fakeCanvas(370, 220);
  const data = sliceData();
  const batch = data.batch && data.batch.map((cost) => cost / 500);
  const slice = data.slice && { ...data.slice, cost: data.slice.cost / 500, slope: data.slice.slope / 500 };
  createSliceChart(canvas).draw({ ...data, batch, slice, ghosts: [] });
  const { y } = axes(canvas);
  assert.ok(Math.abs(y(valley(5) / 500) - y(valley(1.5) / 500)) > 40, "the valley is seen");
  const written = texts(canvas).map(({ text }) => text);
  assert.ok(written.includes("1000 images: 0.363 \u2191"), written.join(", "));
  assert.ok(written.includes("this batch"));
});

test("slice: at speed the ball is where the fixed set sees it, sinks from one picture to the next, and leaves a trail; batches come and go beside it", () => {
  const canvas = fakeCanvas(370, 220);
  const chart = createSliceChart(canvas);
  const data = { ...sliceData(), playing: true, fast: true, ghosts: [] };
  /** @param {number} factor  of the fixed set's cost @param {number} wild  of the batch's */
  const picture = (factor, wild) => {
    forget(canvas);
    const slice = data.slice && { ...data.slice, cost: data.slice.cost * wild };
    chart.draw({ ...data, slice, batch: data.batch && data.batch.map((cost) => cost * wild), fixed: data.fixed && data.fixed.map((cost) => cost * factor) });
    return { y: ball(canvas)[1], trail: calls(canvas, "arc").filter(({ args }) => args[2] === 2.2), written: texts(canvas).map(({ text }) => text) };
  };
  const [first, second, third] = [picture(1, 1), picture(0.9, 30), picture(0.8, 0.01)];
  assert.ok(first.y < second.y && second.y < third.y, `${[first.y, second.y, third.y]}`);
  assert.deepEqual([first, second, third].map(({ trail }) => trail.length), [0, 1, 2]);
  assert.ok(third.trail[0].args[1] < third.trail[1].args[1], "it came from above");
  assert.ok(third.written.includes((0.8 * widerValley(0)).toFixed(3)), third.written.join());
  // What was left behind at speed is no trail of a later ride.
  chart.draw({ ...data, fast: false });
  assert.equal(picture(0.7, 1).trail.length, 0);
});

test("slice: from the landing on one curve the ball is carried to the start of the next, without a leap", () => {
  const canvas = fakeCanvas(370, 220);
  let now = 0;
  const chart = createSliceChart(canvas, () => now);
  const data = { ...sliceData(), playing: true, ghosts: [] };
  const landing = { t: 1, cost: valley(1) };
  const next = { ...data, batch: data.batch && data.batch.map((cost) => cost * 1.1), slice: data.slice && { ...data.slice, cost: valley(0) * 1.1 } };
  /** @param {any} shown @param {number} at milliseconds */
  const draw = (shown, at) => {
    now = at;
    forget(canvas);
    const moving = chart.draw(shown);
    return { moving, place: ball(canvas).slice(0, 2) };
  };
  draw({ ...data, landing, progress: 1 }, 0);
  const landed = draw({ ...data, landing, progress: 1 }, 900).place;
  const carried = [1000, 1020, 1100, 1200].map((at) => draw(next, at));
  assert.ok(Math.hypot(carried[0].place[0] - landed[0], carried[0].place[1] - landed[1]) < 8, `${landed} ${carried[0].place}`);
  assert.ok(carried.every(({ moving }) => moving));
  const across = carried.map(({ place }) => place[0]);
  assert.deepEqual(across, across.toSorted((a, b) => b - a), "to the left");
  const there = draw(next, 1400);
  const { x } = axes(canvas);
  assert.ok(Math.abs(there.place[0] - x(0)) < 8);
  // At ten steps a second and more there is no time for that.
  draw({ ...data, landing, progress: 1 }, 1500);
  draw(next, 1600);
  assert.ok(Math.abs(ball(canvas)[0] - axes(canvas).x(0)) < 8);
  // Nor is it carried where motion is not wanted.
  const { matchMedia } = globalThis;
  Object.assign(globalThis, { matchMedia: () => ({ matches: true }) });
  draw({ ...data, landing, progress: 1 }, 3000);
  assert.equal(draw({ ...next, batch: next.batch && next.batch.slice() }, 4000).place[0], ball(canvas)[0]);
  assert.ok(Math.abs(ball(canvas)[0] - axes(canvas).x(0)) < 8);
  Object.assign(globalThis, { matchMedia });
});

test("slice: the step that went too far is marked from where its cost rises again, and be it from its start", () => {
  for (const [turn, marked] of /** @type {const} */ ([[0, true], [0.25, true], [null, false]])) {
    const canvas = fakeCanvas(370, 220);
    createSliceChart(canvas).draw({ ...sliceData(), turn });
    const word = calls(canvas, "fillText").find(({ args }) => args[0] === "uphill from here");
    assert.equal(Boolean(word), marked, `${turn}`);
    if (word) assert.ok(Math.abs(word.args[1] - axes(canvas).x(turn ?? 0)) < 1);
  }
});

test("slice: a ghost for each of the last steps, the newest next to the ball", () => {
  const canvas = fakeCanvas(370, 220);
  const data = sliceData();
  createSliceChart(canvas).draw({ ...data, ghosts: data.ghosts.slice(-10) });
  const dots = calls(canvas, "arc").filter(({ args }) => args[2] === 2.2);
  assert.equal(dots.length, 10);
  assert.ok(dots[9].args[0] > dots[0].args[0]);
});

test("slice: no word lies on a curve, the tangent or the trail", () => {
  const flat = (/** @type {number} */ t) => 0.3 + 0.0001 * t;
  const rising = (/** @type {number} */ t) => 0.3 + 0.05 * t;
  for (const [name, curve, change] of /** @type {[string, (t: number) => number, object][]} */ ([
    ["tangent", (/** @type {number} */ t) => 0.2 + 0.2 * Math.exp(-t), { to: 2 }],
    ["trail", rising, { fast: true, playing: true }],
    ["landed", flat, { progress: 1, landing: { t: 1, cost: flat(1) }, ghosts: [{ cost: 0.301 }] }],
  ])) {
    const canvas = fakeCanvas(370, 220);
    const chart = createSliceChart(canvas);
    const data = { ...sliceData(), ...change };
    const slope = curve(0.01) * 100 - curve(0) * 100;
    const along = Float32Array.from(data.batch ?? [], (_, k) => curve(-1 + ((data.to + 1) * k) / 40));
    const slice = data.slice && { ...data.slice, cost: curve(0), slope };
    // At speed each picture leaves its ball in the trail, lower and lower.
    for (let k = 11; k >= 0; k--) {
      forget(canvas);
      chart.draw({ ...data, batch: along, slice, fixed: name === "trail" ? along.map((cost) => (1 + 0.04 * k) * cost) : null });
    }
    const { x, y } = axes(canvas);
    const drawn = calls(canvas, "arc").filter(({ args }) => args[2] === 2.2).map(({ args }) => args.slice(0, 2));
    assert.equal(drawn.length > 0, true, name);
    for (let t = -1; t <= data.to; t += 0.01) {
      drawn.push([x(t), y(curve(t))]);
      if (t > -0.55 && t < 1.6 && name !== "trail") drawn.push([x(t), y(curve(0) + slope * t)]);
    }
    const words = texts(canvas).filter(({ text, right }) => /batch|images|^0\.\d{3}$/.test(text) && right > x(-1));
    assert.ok(words.length > 1, words.map(({ text }) => text).join());
    const covered = words.filter(({ left, right, top, bottom }) => drawn.some(([across, down]) => across > left && across < right && down > top && down < bottom));
    assert.deepEqual(covered, [], name);
  }
});

test("slice: only plain descent steps rate times gradient", () => {
  const canvas = fakeCanvas(370, 220);
  const data = sliceData();
  const view = createSliceChart(canvas);
  view.draw(data);
  assert.ok(texts(canvas).some(({ text }) => text.startsWith("rate \u00d7 |gradient| = 1.5 \u00d7 0.4")));
  forget(canvas);
  view.draw({ ...data, slice: data.slice && { ...data.slice, stepLength: 0.02 } });
  assert.ok(texts(canvas).some(({ text }) => text.startsWith("step of length 0.02")));
});

test("slice: values that are not finite leave the rest standing", () => {
  const canvas = fakeCanvas(370, 220);
  const view = createSliceChart(canvas);
  const data = sliceData();
  if (data.batch) data.batch.fill(Infinity, 30);
  if (data.fixed) data.fixed.fill(NaN);
  view.draw(data);
  for (const { name, args } of calls(canvas)) {
    for (const arg of args) assert.ok(typeof arg !== "number" || Number.isFinite(arg), `${name}(${args})`);
  }
  view.draw({ ...data, batch: null, fixed: null, slice: null, landing: null, ghosts: [] });
  assert.match(view.describe({ ...data, slice: null }), /not known yet/);
});

test("curve: through all points, the exact ones too, with the exact slope at zero", () => {
  const curve = createCurve(-1, 5, Float32Array.from({ length: 41 }, (_, k) => valley(-1 + 0.15 * k)), [[0, valley(0)], [1, 0.3]], -0.24);
  assert.ok(curve);
  assert.ok(Math.abs(curve.at(-1) - valley(-1)) < 1e-6);
  assert.ok(Math.abs(curve.at(0) - valley(0)) < 1e-9);
  assert.ok(Math.abs(curve.at(1) - 0.3) < 1e-9);
  assert.ok(Math.abs((curve.at(1e-4) - curve.at(-1e-4)) / 2e-4 + 0.24) < 1e-4);
  assert.ok(Math.abs(curve.at(3.21) - valley(3.21)) < 1e-4);
  assert.equal(createCurve(-1, 5, [NaN, NaN], [], null), null);
});

test("curve: where the points lie unevenly it follows a parabola all the same; two in one place make no kink", () => {
  const parabola = (/** @type {number} */ t) => 1 + t * t;
  const values = Float64Array.from({ length: 7 }, (_, k) => parabola(k - 1));
  const curve = createCurve(-1, 5, values, [[0.3, parabola(0.3)], [2.8, parabola(2.8)]], null);
  assert.ok(curve);
  for (let t = 0; t < 4; t += 0.05) assert.ok(Math.abs(curve.at(t) - parabola(t)) < 1e-9, `${t}: ${curve.at(t)} for ${parabola(t)}`);
  // Measured apart, they need not agree to the last digit.
  const twice = createCurve(-1, 5, values, [[1.001, parabola(1) + 0.05]], null);
  for (let t = 0; t < 2; t += 0.01) assert.ok(Math.abs((twice?.at(t) ?? 0) - parabola(t)) < 0.1, `${t}: ${twice?.at(t)}`);
});
