// @ts-check
/**
 * All pictures of the page: which part of the state each one shows, and what makes it change.
 *
 * @module
 */

import { announce, byId } from "./dom.js";
import { createGlide } from "./glide.js";
import { createSchedule } from "./schedule.js";
import { createCostSparkline } from "./views/cost-sparkline.js";
import { createDrawingPad } from "./views/drawing-pad.js";
import { createGradientChart } from "./views/gradient-chart.js";
import { createHistoryChart } from "./views/history-chart.js";
import { createInputImage } from "./views/input-image.js";
import { createNetworkDiagram } from "./views/network-diagram.js";
import { createNeuronCard } from "./views/neuron-card.js";
import { createPlaneChart } from "./views/plane-chart.js";
import { createPredictionBars } from "./views/prediction-bars.js";
import { createSliceChart } from "./views/slice-chart.js";
import { createWeightImages } from "./views/weight-images.js";

import { overshootHere, padNote, risesAhead, verdict } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Topic} Topic */

/**
 * Where an activation counts as silent and as fully lit, by eye.
 * @type {Record<string, [number, number]>}
 */
const ACTIVATION_RANGES = { sigmoid: [0, 1], tanh: [-1, 1], relu: [0, 3], silu: [-0.3, 3] };
/**
 * While a run goes on, lines are drawn so often at most: those that change faster are not seen any better. It is longer than
 * from one reading to the next, so that they are drawn with these and not between them once more. The weights are drawn in
 * every frame.
 */
const NETWORK_EVERY_MS = 100;
/** The surface has many pixels, and glides slowly. */
const PLANE_EVERY_MS = 33;
/** A picture's text equivalent is renewed at most this often, and while nothing plays more often. */
const DESCRIBE_EVERY_MS = { playing: 2000, still: 250 };

/**
 * @param {State} state
 * @param {{ onStroke(strokes: number[][][], finished: boolean): void, onScrub(step: number): void,
 *   onMove(by: number): void, onEnd(): void, fast(): boolean }} on  `fast`: steps follow each other faster than the eye
 */
export function createStage(state, on) {
  const side = () => state.limits?.imageSide ?? 0;

  /**
   * @param {HTMLElement} element @param {Topic[]} topics
   * @param {{ draw(data: any): unknown, describe(data: any): string }} view @param {() => unknown} data
   * @param {number} [every] milliseconds, while a run goes on
   * @param {Topic} [prompt] what is shown at once all the same, so that it agrees with the other pictures of it
   */
  const picture = (element, topics, view, data, every = 0, prompt) => ({ element, topics, view, data, every, prompt, describedAt: -Infinity, outdated: false });

  const network = createNetworkDiagram(canvas("network"));
  const weights = createWeightImages(canvas("weights"));
  const gradient = createGradientChart(canvas("gradient"));
  const plane = createPlaneChart(canvas("plane"));
  const glide = createGlide();

  const pictures = [
    picture(byId("pad"), ["pad"], createDrawingPad(canvas("pad"), on), () => ({
      strokes: state.pad.strokes,
      image: state.pad.image,
      name: padNote(state),
      ghost: !state.pad.touched,
    })),
    picture(byId("input-image"), ["input"], createInputImage(canvas("input-image")), () => ({
      input: state.input,
      side: side(),
    })),
    picture(byId("scores-text"), ["reading"], createPredictionBars(byId("scores")), () => ({
      scores: state.reading?.scores ?? null,
      digit: state.reading?.digit ?? null,
      label: state.pad.label,
      probabilities: state.options?.cost === "cross-entropy",
      shares: state.reading?.shares ?? null,
      cost: state.reading?.cost ?? null,
      names: state.names,
      remark: state.pad.image && state.pad.label === null ? verdict(state) : "",
    })),
    picture(canvas("network"), ["network"], network, () => ({
      sizes: sizes(),
      parameters: state.parameters,
      input: state.input,
      activations: state.reading?.activations ?? null,
      chosen: state.chosen,
      opened: state.opened,
      seen: state.pointed ?? state.opened,
      // In slow motion the layers light up one after the other, and edges show what the gradient wants of them.
      lit: state.slow?.phase === "forward" ? state.slow.share : 1,
      nudges: state.slow?.phase === "gradient" || state.slow?.phase === "ball" ? (state.nudges?.all ?? null) : null,
      idle: state.idle,
      activationRange: ACTIVATION_RANGES[state.options?.activation ?? ""] ?? [0, 1],
      digit: state.reading?.digit ?? null,
      label: state.pad.label,
      names: state.names,
    }), NETWORK_EVERY_MS, "reading"),
    picture(canvas("weights"), ["network"], weights, () => ({
      sizes: sizes(),
      parameters: state.parameters,
      change: state.change,
      mode: state.tiles,
      idle: state.idle,
      side: side(),
      chosen: state.chosen,
      opened: ofTiles(state.pointed) ?? ofTiles(state.opened),
      blend: state.slow?.phase === "weights" ? blendOf(state.slow) : 0,
    })),
    picture(canvas("sparkline"), ["history"], createCostSparkline(canvas("sparkline")), () => ({ history: state.history })),
    picture(canvas("slice"), ["slice"], createSliceChart(canvas("slice")), () => ({
      run: state.curveRun,
      from: state.curve?.from ?? -1,
      to: state.curve?.to ?? 1,
      batch: state.curve?.batch ?? null,
      fixed: state.curve?.fixed ?? null,
      slice: state.curve?.slice ?? null,
      landing: state.landing,
      ghosts: state.ghosts,
      progress: state.progress,
      playing: state.playing,
      fast: state.playing && on.fast(),
      turn: overshootHere(state)?.turn ?? risesAhead(state),
    })),
    picture(canvas("gradient"), ["gradient"], gradient, () => ({
      sizes: sizes(),
      all: state.nudges?.all ?? null,
      largest: state.nudges?.largest ?? [],
      chosen: state.chosen,
      share: filled(),
      names: state.names,
    })),
    picture(canvas("neuron-picture"), ["neuron"], createNeuronCard(canvas("neuron-picture")), () => ({
      sizes: sizes(),
      parameters: state.parameters,
      opened: state.opened,
      told: state.reading?.neuron ?? null,
    })),
    picture(canvas("plane"), ["plane"], { draw: (data) => glide.show(data, plane.draw), describe: plane.describe }, () => ({
      path: state.plane?.path ?? null,
      steps: state.plane?.steps ?? [],
      kept: state.plane?.kept ?? [],
      keptCost: state.kept?.history.cost.at(-1) ?? null,
      here: state.back?.place ?? null,
      share: state.plane?.share ?? 0,
      extent: state.plane?.extent ?? null,
      costs: state.plane?.costs ?? null,
      side: state.plane?.side ?? 0,
      playing: state.playing,
      angle: state.picture === "solid" ? state.angle : null,
    }), PLANE_EVERY_MS),
    picture(byId("history-chart"), ["history"], createHistoryChart(byId("history-chart"), on), () => ({
      ...state.history,
      here: state.back?.measured ?? null,
      kept: state.kept,
      logarithmic: state.logarithmic,
    })),
  ];

  /** How far the bars of the gradient have grown. */
  function filled() {
    if (!state.slow) return 1;
    const { phase, share } = state.slow;
    return phase === "forward" || phase === "targets" ? 0 : phase === "gradient" ? share : 1;
  }

  /** A neuron of those that the tiles show. @param {import("./protocol.js").Neuron | null} neuron */
  const ofTiles = (neuron) => (neuron?.layer === 1 ? neuron.neuron : null);

  function sizes() {
    return state.sizes.length > 0 ? state.sizes : null;
  }

  /** @param {typeof pictures[number]} shown @param {number} now */
  function describe(shown, now) {
    shown.describedAt = now;
    shown.outdated = false;
    const text = shown.view.describe(shown.data());
    if (shown.element instanceof HTMLCanvasElement) shown.element.setAttribute("aria-label", text);
    else if (shown.element.id === "scores-text") shown.element.textContent = text;
    else shown.element.querySelector("[role=slider]")?.setAttribute("aria-description", text);
  }

  let owed = 0;

  /** Describes anew what was drawn since, now or when it is time. @param {number} now */
  function renew(now) {
    clearTimeout(owed);
    const pause = state.playing ? DESCRIBE_EVERY_MS.playing : DESCRIBE_EVERY_MS.still;
    for (const shown of pictures) if (shown.outdated && now - shown.describedAt >= pause) describe(shown, now);
    if (pictures.some(({ outdated }) => outdated)) owed = setTimeout(() => renew(performance.now()), pause);
  }

  /** What was last told of the reading. */
  let told = "";

  const schedule = createSchedule(pictures, (shown) => {
    const moving = shown.view.draw(shown.data());
    shown.outdated = true;
    return moving;
  });

  return {
    /** What lies under a point of a picture. */
    hit: { gradient: gradient.hit, network: network.hit, weights: weights.hit },
    besideTile: weights.beside,

    /**
     * Draws what shows a changed topic.
     * @param {Set<Topic>} changed @param {number} now milliseconds
     * @returns {Topic[]} of pictures still on their way, to be drawn again in the next frame
     */
    draw(changed, now) {
      const moving = schedule.draw(changed, now, state.playing);
      renew(now);
      return moving;
    },

    /** Says what stands, once all is quiet; what is read aloud as well, for it flips until then. @param {number} now */
    settle(now) {
      for (const shown of pictures) describe(shown, now);
      const text = byId("scores-text").textContent ?? "";
      if (state.reading && !state.playing && text !== told) announce((told = text));
    },
  };
}

/** How much of the change shows over the weights: it comes and goes, and stays as long as it is held. @param {{ share: number, held: boolean }} slow */
function blendOf({ share, held }) {
  return Math.min(1, 4 * share, held ? 1 : 3 * (1 - share));
}

/** @param {string} id */
const canvas = (id) => /** @type {HTMLCanvasElement} */ (byId(id));
