// @ts-check
/**
 * Looking closely: one parameter chosen and nudged, one neuron opened. By pointer or by keys on the pictures.
 *
 * @module
 */

import { toCanvas } from "./canvas.js";
import { ARROWS, announce, byId, modified, setDisabled, setHidden, setText } from "./dom.js";
import { parameterName, placeOf } from "./places.js";
import { clamp } from "./scales.js";
import { neuronSum, neuronTitle, nudgeWords } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Topic} Topic */
/** @typedef {import("./protocol.js").Place} Place */
/** @typedef {import("./protocol.js").Neuron} Neuron */

/** A slider that has not moved for so long is left where it is. */
const RESTING_MS = 600;

/**
 * @param {State} state
 * @param {Pick<ReturnType<typeof import("./stage.js").createStage>, "hit" | "besideTile">} stage
 * @param {{ post(message: import("./protocol.js").AboutRun): void, redraw(topics: Topic[]): void }} page
 */
export function createLook(state, { hit, besideTile }, { post, redraw }) {
  const gradient = /** @type {HTMLCanvasElement} */ (byId("gradient"));
  const network = /** @type {HTMLCanvasElement} */ (byId("network"));
  const weights = /** @type {HTMLCanvasElement} */ (byId("weights"));
  const slider = /** @type {HTMLInputElement} */ (byId("nudge"));
  /** The worker answers one nudge at a time; of those asked for meanwhile only the last one counts. */
  let asked = false;
  let waiting = false;
  /** Until the slider rests: what the nudge did is told then. @type {ReturnType<typeof setTimeout> | undefined} */
  let resting;
  /** A neuron was opened, and what it adds up is still to be told. */
  let untold = false;
  /** The picture on which the neuron was opened. */
  let opener = network;

  /** In a window that does not show all of the stage it lies below what opens it. @param {string} id */
  const seen = (id) => void requestAnimationFrame(() => byId(id).scrollIntoView({ block: "nearest" }));

  /** @param {Place | null} place */
  function choose(place) {
    state.chosen = place;
    slider.value = state.nudged && state.nudged.index === place?.index ? String(state.nudged.change) : "0";
    announce(place ? `${parameterName(place, state.sizes, state.names)}. ${nudgeWords(state)}` : "");
    redraw(["gradient", "network"]);
    if (place) seen("nudging");
  }

  function nudge() {
    waiting = asked;
    if (asked || !state.chosen) return;
    asked = true;
    // The training stops for it. Play, pressed before the answer, goes on from there.
    state.playing = false;
    redraw(["playing"]);
    post({ type: "nudge", index: state.chosen.index, change: slider.valueAsNumber });
  }

  /** @param {Neuron | null} neuron */
  function open(neuron) {
    state.opened = neuron;
    post({ type: "watch-neuron", neuron });
    untold = neuron !== null;
    redraw(["network", "neuron"]);
    if (neuron) seen("neuron");
  }

  /** @param {HTMLCanvasElement} canvas @param {Neuron} neuron */
  function openOn(canvas, neuron) {
    opener = canvas;
    open(neuron);
  }

  /** What takes the focus from an opened neuron: where the page shows one part at a time, only one of the pictures is there. */
  const beside = () => (opener.offsetParent ? opener : opener === network ? weights : network);

  /** @param {HTMLCanvasElement} canvas @param {(x: number, y: number) => void} act */
  function pressing(canvas, act) {
    canvas.addEventListener("click", (event) => act(...toCanvas(event, canvas)));
  }

  /** @param {HTMLElement} element @param {(across: number, down: number) => void} act */
  function moving(element, act) {
    element.addEventListener("keydown", (event) => {
      const move = ARROWS[event.key] ?? (event.key === "Enter" ? [0, 0] : null);
      if (!move || modified(event)) return;
      event.preventDefault();
      act(move[0], move[1]);
    });
  }

  pressing(gradient, (x, y) => {
    const place = hit.gradient(x, y);
    if (place) choose(place.index === state.chosen?.index ? null : place);
  });
  moving(gradient, (across, down) => {
    const largest = state.nudges?.largest ?? [];
    if (largest.length === 0) return;
    const rank = largest.findIndex(({ index }) => index === state.chosen?.index);
    const next = rank < 0 ? 0 : clamp(rank + across + down, 0, largest.length - 1);
    choose(placeOf(largest[next].index, state.sizes));
  });
  slider.addEventListener("input", nudge);
  byId("nudge-undo").addEventListener("click", () => {
    slider.value = "0";
    // With nothing to undo the button takes no focus.
    slider.focus();
    nudge();
  });
  byId("nudge-close").addEventListener("click", () => (choose(null), gradient.focus()));

  /** The neuron under the mouse: its own edges are seen. @param {HTMLCanvasElement} canvas @param {(x: number, y: number) => Neuron | null} find */
  function pointing(canvas, find) {
    /** @param {Neuron | null} neuron */
    const point = (neuron) => {
      if (neuron?.layer === state.pointed?.layer && neuron?.neuron === state.pointed?.neuron) return;
      state.pointed = neuron;
      canvas.style.cursor = neuron ? "pointer" : "";
      redraw(["network"]);
    };
    canvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && point(find(...toCanvas(event, canvas))));
    canvas.addEventListener("pointerleave", () => point(null));
  }
  pointing(network, (x, y) => {
    const neuron = hit.network(x, y);
    return neuron && neuron.layer > 0 ? neuron : null;
  });
  pointing(weights, (x, y) => {
    const neuron = hit.weights(x, y);
    return neuron === null ? null : { layer: 1, neuron };
  });

  pressing(network, (x, y) => {
    const neuron = hit.network(x, y);
    if (neuron && neuron.layer > 0) openOn(network, neuron);
  });
  pressing(weights, (x, y) => {
    const neuron = hit.weights(x, y);
    if (neuron !== null) openOn(weights, { layer: 1, neuron });
  });
  moving(network, (across, down) => {
    const { sizes, opened } = state;
    if (sizes.length === 0) return;
    const layer = clamp((opened?.layer ?? 1) + across, 1, sizes.length - 1);
    openOn(network, { layer, neuron: clamp((opened?.neuron ?? 0) + down, 0, sizes[layer] - 1) });
  });
  moving(weights, (across, down) => {
    if (state.sizes.length === 0) return;
    const here = state.opened?.layer === 1 ? state.opened.neuron : null;
    openOn(weights, { layer: 1, neuron: here === null ? 0 : besideTile(here, across, down) });
  });
  byId("neuron-close").addEventListener("click", () => (open(null), beside().focus()));

  addEventListener("keydown", (event) => {
    // An open popover closes first, by itself; so do the reasons for a reading, or the batch, where they have the focus.
    if (event.key !== "Escape" || document.querySelector(":popover-open, .card:not(#neuron) :focus") || !(state.opened || state.chosen)) return;
    event.preventDefault();
    if (state.opened) open(null);
    else choose(null);
  });

  return {
    choose,
    open,

    /** A new worker has not been told yet. */
    remind: () => state.opened && post({ type: "watch-neuron", neuron: state.opened }),

    /** No nudge is answered any more: its run was replaced, or it was refused. */
    forgetNudge: () => void (asked = waiting = false),

    /** The answer to the last nudge is there. */
    nudged() {
      asked = false;
      if (waiting) nudge();
      clearTimeout(resting);
      resting = setTimeout(() => announce(nudgeWords(state)), RESTING_MS);
    },

    /** @param {Set<Topic>} changed */
    draw(changed) {
      if (changed.has("gradient")) {
        const { chosen } = state;
        setHidden(byId("nudging"), !chosen, gradient);
        byId("gradient-help").hidden = chosen !== null;
        if (chosen) setText(byId("nudge-name"), parameterName(chosen, state.sizes, state.names));
        setText(byId("nudge-words"), nudgeWords(state));
        setDisabled(byId("nudge-undo"), !state.nudged, slider);
        if (!state.nudged && !asked) slider.value = "0";
      }
      if (changed.has("neuron")) {
        setHidden(byId("neuron"), !state.opened, beside());
        if (!state.opened) return;
        setText(byId("neuron-title"), neuronTitle(state, state.opened));
        setText(byId("neuron-sum"), neuronSum(state));
        // Its sum comes with the next reading, if there is something to read.
        if (!untold || (state.reading && !state.reading.neuron)) return;
        untold = false;
        announce(`${neuronTitle(state, state.opened)}. ${neuronSum(state)}`);
      }
    },
  };
}
