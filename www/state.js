// @ts-check
/**
 * All that the page knows, in one plain object, and the one function that applies the worker's messages.
 * Everything that changes it returns the topics that changed, so that only their pictures are drawn anew.
 *
 * @module
 */

import { createHistory, record, truncate } from "./history.js";
import { FIRST_ANGLE } from "./relief.js";
import { GHOSTS } from "./slice.js";

/** @typedef {import("./protocol.js").FromWorker} FromWorker */
/**
 * @typedef {"options" | "readouts" | "playing" | "pad" | "input" | "reading" | "network" | "slice" | "plane" | "history"
 *   | "gradient" | "neuron" | "evaluation" | "why" | "batch" | "journey" | "drawings" | "message" | "late"} Topic
 */

/**
 * What the visitor should read now. `action` names the button beside it.
 * `ofStep`: it speaks of the step shown, and goes with it; `until`: it is over when a later step than this is shown.
 * @typedef {{ tone: "hint" | "error", text: string, action: "retry" | "go-back" | "new-start" | null, ofStep: boolean, until: number }} Message
 */

/**
 * The landing of the last observed step on the curve drawn before it: one step length ahead by definition.
 * @typedef {{ t: number, cost: number }} Landing
 */

/**
 * @typedef {{ name: string, history: import("./history.js").History }} Kept
 */

/** The curve is drawn in step lengths, so a step lands here. */
const ONE_STEP = 1;

export function createState() {
  return {
    phase: /** @type {"loading" | "ready" | "failed"} */ ("loading"),
    run: 0,
    asked: 0, // the number of the last run that was asked for
    limits: /** @type {import("./protocol.js").Limits | null} */ (null),
    counts: /** @type {import("./protocol.js").Counts | null} */ (null),
    loaded: 0, // 0..1, how much of the digits has come
    data: /** @type {import("./protocol.js").DataTold} */ ({ own: false, taught: false, memory: 0 }),
    provenance: "",
    options: /** @type {import("./protocol.js").Options | null} */ (null),
    sizes: /** @type {number[]} */ ([]),
    parameterCount: 0,

    playing: false,
    playedFor: 0, // the last run that was asked for when Play was pressed
    step: 0,
    examples: 0,
    epoch: 0,
    measured: /** @type {import("./protocol.js").Measured | null} */ (null),
    history: createHistory(),
    overshoot: /** @type {import("./protocol.js").Overshoot | null} */ (null), // why the run diverged
    back: /** @type {import("./protocol.js").LookedBack | null} */ (null), // an earlier step is looked at
    logarithmic: false,
    kept: /** @type {Kept | null} */ (null), // a run to compare with
    diverted: false, // the run is not what its options alone make
    random: /** @type {number | null} */ (null), // the seed of the plane's directions, when they are random
    plane: /** @type {import("./protocol.js").PlaneMeasured | null} */ (null),
    picture: /** @type {"slice" | "plane" | "solid"} */ ("slice"), // of the descent
    angle: /** @type {import("./relief.js").Angle} */ (FIRST_ANGLE), // from which the surface is seen

    pad: createPad(),
    input: /** @type {Float32Array | null} */ (null),
    reading: /** @type {import("./protocol.js").Reading | null} */ (null),
    parameters: /** @type {Float32Array | null} */ (null),
    change: /** @type {Float32Array | null} */ (null), // of the parameters, since the snapshot before
    idle: /** @type {Uint8Array | null} */ (null), // hidden neurons that are dead or saturated
    tiles: /** @type {"weights" | "change"} */ ("weights"),
    nudges: /** @type {import("./protocol.js").Nudges | null} */ (null),
    chosen: /** @type {import("./protocol.js").Place | null} */ (null), // a parameter looked at by itself
    nudged: /** @type {import("./protocol.js").Nudged | null} */ (null), // and changed by hand
    slow: /** @type {{ phase: import("./slow.js").Phase, share: number, held: boolean } | null} */ (null), // a step in slow motion
    opened: /** @type {import("./protocol.js").Neuron | null} */ (null),
    pointed: /** @type {import("./protocol.js").Neuron | null} */ (null), // one that the mouse is on

    curve: /** @type {import("./protocol.js").Curve | null} */ (null),
    curveRun: 0, // that it is of
    nextCurve: /** @type {import("./protocol.js").Curve | null} */ (null), // and its nudges, when the ball has been seen to land
    nextNudges: /** @type {import("./protocol.js").Nudges | null} */ (null),
    report: /** @type {import("./protocol.js").StepReport | null} */ (null),
    landing: /** @type {Landing | null} */ (null),
    ghosts: /** @type {{ step: number, cost: number }[]} */ ([]),
    progress: 0, // 0..1, how far the ball has come to the landing
    rested: true, // and whether it has been seen there
    lingers: false, // it is to be seen there until something else is done

    names: /** @type {string[]} */ ([]), // of the ten digits, where they have other names
    batch: /** @type {import("./protocol.js").Batch | null} */ (null), // that the coming step learns from
    why: /** @type {import("./protocol.js").Why | null} */ (null),
    survey: /** @type {import("./protocol.js").Survey | null} */ (null),
    chosenCell: /** @type {{ label: number, read: number } | null} */ (null), // of the confusion matrix
    cell: /** @type {import("./protocol.js").Cell | null} */ (null),

    saved: /** @type {{ bytes: ArrayBuffer, step: number } | null} */ (null),
    message: /** @type {Message} */ ({ tone: "hint", text: "", action: null, ofStep: false, until: Infinity }),
  };
}

/** @typedef {ReturnType<typeof createState>} State */

/** What lies on the pad: strokes, or an image instead of them, with its label when it has one. */
export function createPad() {
  return {
    strokes: /** @type {number[][][]} */ ([]),
    cleared: /** @type {number[][][]} */ ([]), // what was on it before it was cleared the last time
    image: /** @type {Float32Array | null} */ (null),
    label: /** @type {number | null} */ (null),
    set: /** @type {"test" | "train" | null} */ (null), // where the image comes from
    index: /** @type {number | null} */ (null), // and which of them it is
    touched: false, // the ghost is gone for good once something was drawn
  };
}

/**
 * Applies one message of the worker. Late answers about another run change nothing.
 * @param {State} state @param {FromWorker} message
 * @returns {Topic[]} what has changed
 */
export function apply(state, message) {
  if (message.type in anyRun) return applied(anyRun, state, message);
  if (!(message.type in shownRun)) throw new Error(`expected a message of the protocol, found type ${JSON.stringify(message.type)}`);
  return "run" in message && message.run === state.run ? applied(shownRun, state, message) : [];
}

/** @param {object} table @param {State} state @param {FromWorker} message @returns {Topic[]} */
function applied(table, state, message) {
  return /** @type {Record<string, (state: State, message: FromWorker) => Topic[]>} */ (table)[message.type](state, message);
}

/**
 * What each message changes.
 * @template {FromWorker["type"]} Types
 * @typedef {{ [Type in Types]: (state: State, message: Extract<FromWorker, { type: Type }>) => Topic[] }} Changes
 */

/** @typedef {"loading" | "ready" | "started" | "failed" | "answer" | "refused"} OfAnyRun */

/** @type {Changes<OfAnyRun>} */
const anyRun = {
  loading(state, { share }) {
    state.loaded = share;
    return ["message"];
  },
  ready(state, { limits, counts, provenance }) {
    state.phase = "ready";
    Object.assign(state, { limits, counts, provenance });
    return ["options", "readouts", "playing"];
  },
  started: begin,
  failed(state) {
    state.phase = "failed";
    state.playing = false;
    return ["playing", "message"];
  },
  answer: () => [],
  refused: () => ["options"],
};

/** @type {Changes<Exclude<FromWorker["type"], OfAnyRun>>} */
const shownRun = {
  options(state, { options, diverts }) {
    // How the last step went says nothing of those at another rate.
    if (state.options?.learningRate !== options.learningRate) state.report = null;
    state.options = options;
    if (diverts) state.diverted = true;
    // The step to come is another one now.
    state.rested = true;
    showNext(state);
    return ["options", "slice", "gradient"];
  },
  snapshot: see,
  reading(state, { input, reading }) {
    state.input = input;
    state.reading = reading;
    return ["input", "reading", "network", "neuron"];
  },
  image(state, { pixels, label, set, index }) {
    Object.assign(state.pad, { image: pixels, label, set, index, touched: true });
    return ["pad", "reading"];
  },
  "gone-on"(state, { step }) {
    state.back = null;
    truncate(state.history, step);
    // What ended the run there is forgotten with it.
    if (state.message.until < Infinity) say(state, { text: "" });
    return ["history", "plane", "readouts", "message"];
  },
  diverged(state, { overshoot }) {
    state.overshoot = overshoot;
    state.playing = false;
    return ["playing", "message", "slice"];
  },
  stopped(state) {
    state.playing = false;
    return ["playing", "message"];
  },
  nudged(state, message) {
    state.nudged = message.change === 0 ? null : message;
    // What the last step did is not what is seen any more.
    forgetLanding(state);
    return ["gradient", "slice"];
  },
  plane(state, message) {
    state.plane = message;
    return ["plane"];
  },
  "no-plane"(state) {
    state.plane = null;
    return ["plane"];
  },
  saved(state, { bytes, step }) {
    state.saved = { bytes, step };
    return [];
  },
};

/** @param {State} state @param {import("./protocol.js").Started} message @returns {Topic[]} */
function begin(state, message) {
  const same = String(state.sizes) === String(message.sizes);
  state.run = message.run;
  state.options = message.options;
  state.counts = message.counts;
  state.data = message.data;
  state.sizes = message.sizes;
  state.parameterCount = message.parameterCount;
  // Play, pressed after this run was asked for, is meant for it.
  state.playing &&= state.playedFor >= message.run;
  state.step = message.step;
  state.examples = message.examples;
  state.epoch = message.epoch;
  // Of a state from elsewhere nobody knows what was done on the way to there.
  state.diverted = message.restored ? !message.continues || state.diverted : message.step > 0;
  state.measured = null;
  state.back = null;
  state.overshoot = null;
  state.idle = null;
  // The old pictures stay for the moment until the first snapshot, unless they cannot be drawn any more.
  if (state.parameters?.length !== message.parameterCount) state.parameters = null;
  if (message.continues) truncate(state.history, message.step);
  else state.history = createHistory();
  state.plane = null;
  state.survey = state.cell = null;
  state.change = null;
  state.nudges = state.nextNudges = null;
  state.nudged = null;
  // In another network a number means another weight, another neuron.
  if (!same) state.chosen = state.opened = state.pointed = null;
  forgetLanding(state);
  if (!message.continues) state.saved = null;
  return ["options", "readouts", "playing", "network", "slice", "plane", "history", "reading", "gradient", "neuron", "evaluation"];
}

/** @param {State} state @param {import("./protocol.js").Snapshot} message @returns {Topic[]} */
function see(state, message) {
  /** @type {Topic[]} */
  const changed = ["readouts", "network", "neuron"];
  if (message.step !== state.step) {
    if (!message.report) forgetLanding(state);
    if (state.message.ofStep || message.step > state.message.until) changed.push(...say(state, { text: "" }));
  }
  // Of a run that was playing, the step at which it was stopped for the nudge may be seen after the answer.
  if (state.nudged && message.step !== state.nudged.step) {
    // A step takes the nudge along, a look at another place undoes it.
    if (!message.back && !state.back) state.diverted = true;
    state.nudged = null;
    changed.push("gradient");
  }
  state.step = message.step;
  state.examples = message.examples;
  state.epoch = message.epoch;
  state.parameters = message.parameters;
  if (message.change) state.change = message.change;
  if (message.reading !== undefined) {
    state.reading = message.reading;
    changed.push("reading");
  }
  if (message.idle) state.idle = message.idle;
  if (message.back || state.back) changed.push("history", "plane");
  state.back = message.back;
  for (const measured of message.measured) {
    state.measured = measured;
    record(state.history, measured);
    changed.push("history");
  }
  if (message.back) state.measured = message.back.measured;
  if (message.report && message.report !== state.report) land(state, message.report);
  // The curve under the ball, and the gradient that moves it, stay until the ball has landed, and has been seen there.
  const rolls = state.landing !== null && !state.rested;
  if (message.nudges) {
    state.nextNudges = message.nudges;
    if (!rolls) showNudges(state);
    changed.push("gradient");
  }
  if (message.curve) {
    if (rolls) state.nextCurve = message.curve;
    else showCurve(state, message.curve);
    changed.push("slice");
  }
  return changed;
}

/** What came while the ball rolled. @param {State} state */
function showNext(state) {
  showNudges(state);
  if (state.nextCurve) showCurve(state, state.nextCurve);
}

/** The nudges that came last. @param {State} state */
function showNudges(state) {
  if (!state.nextNudges) return;
  const { step, all, largest } = state.nextNudges;
  // While a weight is moved by hand the bars stay where they are.
  const stay = state.nudged && state.nudges?.largest.map((one) => ({ ...one, nudge: all[one.index] }));
  state.nudges = { step, all, largest: stay ?? largest };
  state.nextNudges = null;
}

/** Where a step has led, on the curve that it was made on. @param {State} state @param {import("./protocol.js").StepReport} report */
export function land(state, report) {
  state.report = report;
  showNext(state);
  state.landing = null;
  // A landing belongs on the curve that was computed for this very step.
  if (state.curve?.step !== report.step - 1) return;
  state.landing = { t: ONE_STEP, cost: report.costAfter };
  state.progress = 0;
  state.rested = false;
}

/** Steps were made that nobody watched: what the last watched one did is history. @param {State} state */
function forgetLanding(state) {
  showNudges(state);
  state.report = null;
  state.landing = null;
  state.nextCurve = null;
  state.ghosts = [];
  state.progress = 0;
  state.lingers = false;
}

/** @param {State} state @param {import("./protocol.js").Curve} curve */
function showCurve(state, curve) {
  if (state.landing && state.curve) state.ghosts = [...state.ghosts, { step: state.curve.step, cost: state.curve.slice.cost }];
  // Of the last ten steps those that were seen: what came before is no trail of this place.
  state.ghosts = state.ghosts.filter(({ step }) => step >= curve.step - GHOSTS);
  state.curve = curve;
  state.curveRun = state.run;
  state.nextCurve = null;
  state.landing = null;
  state.progress = 0;
  state.lingers = false;
}

/**
 * Moves the ball on its way to the landing; having rested there, it starts on the next curve.
 * @param {State} state @param {{ progress: number, rested: boolean }} ball  `progress`: 0..1
 * @returns {Topic[]}
 */
export function moveBall(state, { progress, rested }) {
  if (!state.landing) return [];
  state.progress = progress;
  state.rested = rested;
  if (!rested || !(state.nextCurve || state.nextNudges)) return ["slice"];
  showNext(state);
  return ["slice", "gradient"];
}

/** @param {State} state @param {Partial<Message> & { text: string }} message @returns {Topic[]} */
export function say(state, message) {
  state.message = { tone: "hint", action: null, ofStep: false, until: Infinity, ...message };
  return ["message"];
}
