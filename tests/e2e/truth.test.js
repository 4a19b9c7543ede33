// What the pictures of the descent show is true: every point of them is measured again here, through the console, by
// setting the parameters it stands for and evaluating. The worker's own messages are overheard, not replaced.
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { overhear, useSite } from "./site.js";

/**
 * @typedef {import("../../www/protocol.js").Curve} Curve
 * @typedef {import("../../www/protocol.js").PlaneMeasured} PlaneMeasured
 */

describe("the truth of the pictures", () => {
  const here = useSite({ fresh: true });
  beforeEach(() => overhear(here.tab.page));

  /**
   * The newest curve of a step.
   * @param {number} step
   * @returns {Promise<{ curve: Omit<Curve, "batch" | "fixed"> & { batch: number[], fixed: number[] }, gradient: number[], parameters: number[] }>}
   */
  const curve = async (step) => {
    const handle = await here.tab.page.waitForFunction(
      (step) => {
        const { heard } = /** @type {any} */ (globalThis);
        const curve = heard.findLast((/** @type {any} */ message) => message.type === "snapshot" && message.curve)?.curve;
        return curve?.step === step && { ...curve, batch: Array.from(curve.batch), fixed: Array.from(curve.fixed) };
      },
      { timeout: 5_000 },
      step,
    );
    const shown = /** @type {any} */ (await handle.jsonValue());
    const [parameters, gradient] = await here.tab.page.evaluate(async () =>
      [await descent.parameters(), await descent.gradient()].map((values) => Array.from(values)),
    );
    return { curve: shown, parameters, gradient };
  };

  /** The cost on all training images with these parameters. @param {number[][]} places @returns {Promise<number[]>} */
  const costs = (places) =>
    here.tab.page.evaluate(async (/** @type {number[][]} */ places) => {
      const before = await descent.parameters();
      const costs = [];
      for (const place of places) {
        await descent.setParameters(Float32Array.from(place));
        costs.push((await descent.evaluate("train")).cost);
      }
      await descent.setParameters(before);
      return costs;
    }, places);

  /** @param {number} found @param {number} expected @param {number} relative @param {string} what */
  function close(found, expected, relative, what) {
    const error = Math.abs(found - expected) / Math.abs(expected);
    assert.ok(error <= relative, `${what}: found ${found}, expected ${expected}, off by ${error.toExponential(1)}`);
  }

  /** @param {number[]} a @param {number[]} b */
  const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

  // With as many images in the batch as there are to learn from, the cost on the batch is the cost on all of them.
  for (const [examples, preset, options] of /** @type {[number, string, Record<string, unknown>][]} */ ([
    [10, "video", {}],
    [1_000, "video", { learningRate: 10 }],
    [100, "video", { activation: "silu", cost: "cross-entropy", learningRate: 0.3 }],
  ])) {
    it(`the slice is the cost along the step (${examples} images, ${JSON.stringify(options)})`, async () => {
      await here.tab.page.evaluate(
        async (options) => {
          await descent.configure(options);
          await descent.train({ steps: 7 });
        },
        { preset, trainingExamples: examples, batchSize: examples, ...options },
      );
      const { curve: shown, gradient, parameters } = await curve(7);
      const { slice, from, to, batch, fixed } = shown;
      assert.deepEqual([batch.length, fixed.length], [49, 25]);
      assert.deepEqual([from, to, slice.fixedExamples], [-1, 5, examples]);

      const along = batch.map((_, i) => from + ((to - from) * i) / (batch.length - 1));
      const truth = await costs(along.map((t) => parameters.map((w, i) => w - t * slice.learningRate * gradient[i])));
      truth.forEach((cost, i) => {
        close(batch[i], cost, 1e-5, `batch, ${along[i]} steps ahead`);
        if (i % 2 === 0) close(fixed[i / 2], cost, 1e-5, `fixed images, ${along[i]} steps ahead`);
      });

      const norm = Math.sqrt(dot(gradient, gradient));
      close(slice.gradientNorm, norm, 1e-3, "length of the gradient");
      close(slice.stepLength, slice.learningRate * norm, 1e-3, "length of the step");
      close(slice.slope / slice.stepLength, -norm, 1e-3, "slope of the tangent");
      // And measured, without any gradient: the cost a little before and a little after.
      const small = 0.01 / slice.stepLength;
      const [behind, ahead] = await costs([-small, small].map((t) => parameters.map((w, i) => w - t * slice.learningRate * gradient[i])));
      close((ahead - behind) / 0.02, -norm, 1e-2, "measured slope");
    });
  }

  it("a nudge does what is measured, and very nearly what was predicted", async () => {
    await here.tab.page.evaluate(async () => {
      // Untrained, where the slopes are steep: the slider's smallest change is a small one.
      await descent.configure({ preset: "video", trainingExamples: 200, batchSize: 200 });
    });
    const { gradient, parameters } = await curve(0);
    const order = gradient.map((_, index) => index).sort((a, b) => Math.abs(gradient[b]) - Math.abs(gradient[a]));
    await here.tab.page.focus("#gradient");
    for (let rank = 0; rank < 4; rank++) {
      await here.tab.page.keyboard.press("ArrowDown");
      const index = order[rank];
      const change = 0.01;
      await here.tab.page.$eval(
        "#nudge",
        (slider, change) => {
          /** @type {HTMLInputElement} */ (slider).value = String(change);
          slider.dispatchEvent(new Event("input", { bubbles: true }));
        },
        change,
      );
      const handle = await here.tab.page.waitForFunction(
        (index) => /** @type {any} */ (globalThis).heard.findLast((/** @type {any} */ m) => m.type === "nudged" && m.index === index && m.change !== 0),
        { timeout: 5_000 },
        index,
      );
      const { predictedChange, measuredChange } = await handle.jsonValue();
      const moved = parameters.slice();
      moved[index] += change;
      const [before, after] = await costs([parameters, moved]);
      close(predictedChange, gradient[index] * change, 1e-5, `predicted for parameter ${index}`);
      close(measuredChange, after - before, 1e-3, `measured for parameter ${index}`);
      close(measuredChange, predictedChange, 0.01, `predicted and measured for parameter ${index}`);
      await here.tab.page.click("#nudge-undo");
      await here.tab.page.focus("#gradient");
    }
  });

  it("the plane is the cost around the path, and its share is the variance it captures", async (t) => {
    await here.tab.page.evaluate(async () => {
      /** @type {HTMLElement} */ (document.querySelector("input[value=plane]")).click();
      await descent.configure({ preset: "video", trainingExamples: 500, batchSize: 10 });
    });
    // The way, as a stranger writes it down: the parameters after every step.
    const way = await here.tab.page.evaluate(async () => {
      const way = [Array.from(await descent.parameters())];
      for (let step = 1; step <= 30; step++) {
        await descent.train({ steps: 1 });
        way.push(Array.from(await descent.parameters()));
      }
      return way;
    });
    const handle = await here.tab.page.waitForFunction(
      () => {
        const plane = /** @type {any} */ (globalThis).heard.findLast((/** @type {any} */ m) => m.type === "plane");
        return plane?.steps.at(-1) === 30 && plane.side >= 41 && { ...plane, costs: Array.from(plane.costs) };
      },
      { timeout: 20_000 },
    );
    const plane = /** @type {Omit<PlaneMeasured, "costs"> & { costs: number[] }} */ (/** @type {any} */ (await handle.jsonValue()));
    assert.deepEqual(plane.steps, way.map((_, step) => step));

    const { share, directions } = principal(way);
    t.diagnostic(`${(100 * share).toFixed(2)} % of the path in the plane`);
    assert.ok(Math.abs(plane.share - share) < 1e-4, `found a share of ${plane.share}, expected ${share}`);
    const written = await here.tab.page.$eval("#plane-words", (element) => element.textContent ?? "");
    assert.ok(written.includes(`${(100 * share).toFixed(1)}\u202f%`), written);

    // The same directions, but for their signs, which nothing decides.
    const present = way[way.length - 1];
    const seen = way.map((place) => directions.map((direction) => dot(direction, place) - dot(direction, present)));
    for (const axis of /** @type {(0 | 1)[]} */ ([0, 1])) {
      const sign = Math.sign(dot(seen.map((point) => point[axis]), plane.path.map((point) => point[axis])));
      directions[axis] = directions[axis].map((value) => sign * value);
      plane.path.forEach((point, step) =>
        assert.ok(Math.abs(point[axis] - sign * seen[step][axis]) < 1e-3, `step ${step} at ${point}, expected ${seen[step]}`),
      );
    }

    // Where the run stands there need not be a grid point: the four around it enclose its cost, nearly.
    const { side, extent } = plane;
    const column = Math.floor((-extent.left / (extent.right - extent.left)) * (side - 1));
    const row = Math.floor((-extent.bottom / (extent.top - extent.bottom)) * (side - 1));
    const around = [0, 1, side, side + 1].map((more) => plane.costs[row * side + column + more]);
    const [low, high] = [Math.min(...around), Math.max(...around)];
    // The picture's own words, as long as it is there: other parameters begin another path.
    const words = await here.tab.page.waitForFunction(
      (low, high) => {
        const told = Number(/leads from \S+ to ([\d.]+)\./.exec(document.querySelector("#plane")?.getAttribute("aria-label") ?? "")?.[1]);
        return told >= low - 0.001 && told <= high + 0.001 && told;
      },
      { timeout: 5_000 },
      low,
      high,
    );
    const told = await words.jsonValue();

    // The cost at grid points all over it, and at the places themselves.
    const chosen = [0, side - 1, side * side - side, side * side - 1, 20 * side + 20, 9 * side + 31, 33 * side + 5];
    /** @param {number} at */
    const place = (at) => [
      extent.left + ((extent.right - extent.left) * (at % side)) / (side - 1),
      extent.bottom + ((extent.top - extent.bottom) * Math.floor(at / side)) / (side - 1),
    ];
    const truth = await costs(chosen.map((at) => {
      const [x, y] = place(at);
      return present.map((w, i) => w + x * directions[0][i] + y * directions[1][i]);
    }));
    chosen.forEach((at, i) => close(plane.costs[at], truth[i], 1e-4, `grid point ${at}`));

    const [now] = await costs([present]);
    assert.ok(now > low - 0.2 * (high - low) && now < high, `${now} among ${around}`);
    close(Number(told), now, 0.005, "what the picture says of here");
    await here.tab.page.waitForFunction(() => /nothing to show/.test(document.querySelector("#plane")?.getAttribute("aria-label") ?? ""), { timeout: 5_000 });
  });
});

/**
 * The two directions that hold most of a path, and the share of its variance that they hold: all eigenvalues of the
 * matrix of products by Jacobi's rotations, in double precision.
 * @param {number[][]} places
 */
function principal(places) {
  const count = places.length;
  const mean = places[0].map((_, i) => places.reduce((sum, place) => sum + place[i], 0) / count);
  const away = places.map((place) => place.map((value, i) => value - mean[i]));
  const matrix = away.map((a) => away.map((b) => a.reduce((sum, value, i) => sum + value * b[i], 0)));
  const vectors = away.map((_, i) => away.map((_, j) => Number(i === j)));
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < count; p++) {
      for (let q = p + 1; q < count; q++) {
        const angle = 0.5 * Math.atan2(2 * matrix[p][q], matrix[p][p] - matrix[q][q]);
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        for (let k = 0; k < count; k++) {
          const [a, b] = [matrix[k][p], matrix[k][q]];
          [matrix[k][p], matrix[k][q]] = [cos * a + sin * b, cos * b - sin * a];
          const [u, v] = [vectors[k][p], vectors[k][q]];
          [vectors[k][p], vectors[k][q]] = [cos * u + sin * v, cos * v - sin * u];
        }
        for (let k = 0; k < count; k++) {
          const [a, b] = [matrix[p][k], matrix[q][k]];
          [matrix[p][k], matrix[q][k]] = [cos * a + sin * b, cos * b - sin * a];
        }
      }
    }
  }
  const values = matrix.map((row, i) => row[i]);
  const order = values.map((_, i) => i).sort((a, b) => values[b] - values[a]);
  const directions = order.slice(0, 2).map((which) => {
    const direction = mean.map((_, i) => away.reduce((sum, place, k) => sum + vectors[k][which] * place[i], 0));
    const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
    return direction.map((value) => value / length);
  });
  const total = values.reduce((sum, value) => sum + value, 0);
  return { share: (values[order[0]] + values[order[1]]) / total, directions };
}
