// @ts-check
/**
 * How the picture of the plane comes from one measured surface to the next: it glides, so that the eye can follow the ball
 * and the levels; a picture that jumps has to be found again each time.
 *
 * @module
 */

import { reducedMotion } from "./dom.js";
import { costAt } from "./relief.js";
import { mix } from "./scales.js";

/** @typedef {import("./views/plane-chart.js").PlaneData} PlaneData */
/**
 * @typedef {PlaneData & { steps: number[], playing: boolean }} Measured  with the step at each place of the path
 * @typedef {Measured & { path: [number, number][], extent: import("./relief.js").Extent, costs: Float32Array }} Laid  where there is one
 */

/** While a run goes on a surface glides until about the next one comes, but no longer than this... */
const LONGEST_MS = 700;
/** ...and else so long. */
const UNHURRIED_MS = 250;

/** @param {() => number} [clock] milliseconds */
export function createGlide(clock = () => performance.now()) {
  /** What was measured last, since when, and how long it takes to come there. @type {Float32Array | null} */
  let to = null;
  let since = -Infinity;
  let time = 0;
  /** What was shown when it came, and what is shown now. @type {Laid | null} */
  let from = null;
  /** @type {Laid | null} */
  let shown = null;

  return {
    /**
     * Draws what is to be seen now of what was measured.
     * @param {Measured} data @param {(seen: PlaneData) => unknown} draw
     * @returns {boolean} whether it is still on its way there
     */
    show(data, draw) {
      if (!laid(data)) {
        to = shown = null;
        draw(data);
        return false;
      }
      const now = clock();
      if (to !== data.costs) {
        time = data.playing ? Math.min(LONGEST_MS, now - since) : UNHURRIED_MS;
        from = reducedMotion() ? null : shown;
        to = data.costs;
        since = now;
      }
      const moving = from !== null && now - since < time;
      shown = from && moving ? between(from, data, (now - since) / time) : data;
      draw(shown);
      return moving;
    },
  };
}

/** @param {Measured} data @returns {data is Laid} */
function laid(data) {
  return data.path !== null && data.extent !== null && data.costs !== null;
}

/**
 * The picture between two others. Places of the run are the same where their steps are; those that the first has not seen
 * come out of its last.
 * @param {Laid} from @param {Laid} to @param {number} share 0..1 of the way
 * @returns {Laid}
 */
export function between(from, to, share) {
  const [one, other] = [from.extent, to.extent];
  const extent = {
    left: mix(one.left, other.left, share),
    bottom: mix(one.bottom, other.bottom, share),
    right: mix(one.right, other.right, share),
    top: mix(one.top, other.top, share),
  };
  /** @param {number[]} here @param {number[]} there @returns {[number, number]} */
  const middle = ([x, y], [u, v]) => [mix(x, u, share), mix(y, v, share)];
  const unit = { left: 0, bottom: 0, right: to.side - 1, top: to.side - 1 };
  return {
    ...to,
    extent,
    path: to.path.map((place, k) => middle(placeAt(from, to.steps[k]), place)),
    kept: to.kept?.map((place, k) => (from.kept?.length === to.kept?.length ? middle(from.kept?.[k] ?? place, place) : place)),
    measured: to.costs,
    // Levels are even by the logarithm, and so is their way.
    costs: to.costs.map((cost, at) => costAt(from.costs, from.side, unit, [at % to.side, Math.floor(at / to.side)]) ** (1 - share) * cost ** share),
  };
}

/** Where a run was at a step, as its path shows it. @param {Laid} data @param {number} step */
function placeAt({ path, steps }, step) {
  const next = steps.findIndex((one) => one >= step);
  if (next < 0) return path[path.length - 1];
  if (next === 0) return path[0];
  const share = (step - steps[next - 1]) / (steps[next] - steps[next - 1]);
  return [0, 1].map((axis) => mix(path[next - 1][axis], path[next][axis], share));
}
