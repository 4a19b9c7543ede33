/**
 * What is measured of a run for the page to show: how well it does, the cost along its coming step, its largest nudges,
 * what it makes of the image before it. Each costs time that training would have, so each has a pace of its own: all of
 * it when the run stands still, and while it trains at most so often.
 *
 * @module
 */

import { placeOf } from "./places.js";

/** Accuracy, and at full speed the curve, are measured at most this often while training... */
const MEASURE_EVERY_MS = 100;
/** ...and always when the step count has grown by this factor since the last time: the first steps change the most. */
const NEWS = 1.15;
/** At full speed measuring takes at most one part in so many of the time. */
const MEASURE_SHARE = 10;
/** At speeds that can be followed, the curve takes at most one part in so many. */
const CURVE_SHARE = 3;
/** More records than there ever are states to look back at. */
const MOST_RECORDS = 2000;
/** The largest nudges are told by name, and at full speed so often: faster no eye follows. */
const NUDGES = 12;
const NUDGES_EVERY_MS = 66;
/** While playing, what stands before the network is read so often: a digit that flips faster cannot be read. */
const READING_EVERY_MS = 66;
/** Names that change faster than this cannot be read. */
const NAMES_EVERY_MS = 300;
/**
 * The slice is telling from one step behind to five ahead. Here and where the step lands are among the points of both curves:
 * every eighth of a step on the batch, and every quarter on the many fixed images, whose curve is smoother and costs most.
 */
const CURVE = { from: -1, to: 5, batch: 49, fixed: 25 };

/**
 * @param {{ session: import("../descent.js").Session, sizes: number[],
 *   place: { readonly step: number, readonly examples: number, readonly epoch: number },
 *   image: ReturnType<typeof import("./image.js").createImage>,
 *   watched: { neuron: import("./protocol.js").Neuron | null },
 *   now(): number, records: Map<number, import("./protocol.js").Measured>, fixedExamples: number }} setup
 *   `sizes`: neurons of every layer; `place`: where the run stands; `records`: what was measured at the steps that can be
 *   looked back at; `fixedExamples`: so many training images stand for all while it trains
 */
export function createGauges({ session, sizes, place, image, watched, now, records, fixedExamples }) {
  const classes = sizes[sizes.length - 1];
  const neurons = sizes.slice(1).reduce((sum, size) => sum + size, 0);

  let input = image.input(session);
  let readAt = -Infinity;

  let measuredAt = -Infinity;
  let measuredStep = -1;
  let measuringMs = 0;
  /** What was measured and is not shown yet. @type {import("./protocol.js").Measured[]} */
  let notes = [];
  /** Which hidden neurons learn nothing, measured and not shown yet. @type {Uint8Array | null} */
  let idle = null;

  let curveAt = -Infinity;
  let curveMs = 0;
  let curveKnown = false; // of the present parameters

  let nudgesAt = -Infinity;
  let nudgesMs = 0;
  let namedAt = -Infinity;
  /** @type {import("./protocol.js").Nudge[]} */
  let largest = [];
  let nudgesKnown = false; // of the present parameters

  /** @returns {import("./protocol.js").Curve} */
  function curve() {
    const begun = now();
    const batch = new Float32Array(CURVE.batch);
    const fixed = new Float32Array(CURVE.fixed);
    const slice = session.slice(CURVE.from, CURVE.to, batch, fixed);
    curveMs = now() - begun;
    curveAt = begun;
    curveKnown = true;
    return { step: place.step, examples: session.coming().length, from: CURVE.from, to: CURVE.to, batch, fixed, slice };
  }

  /** @param {boolean} all @returns {import("./protocol.js").Measured} */
  function evaluated(all) {
    const test = session.evaluate("test", 0);
    const train = session.evaluate("train", all ? 0 : fixedExamples);
    return {
      ...place,
      cost: train.cost,
      trainAccuracy: train.accuracy,
      testAccuracy: test.accuracy,
      measuredOn: train.examples,
      exact: all,
    };
  }

  /** @param {boolean} all @param {boolean} [nudged] what is looked back at is without the nudge @returns {import("./protocol.js").Measured} */
  function measure(all, nudged = false) {
    const begun = now();
    const measured = evaluated(all);
    measuredAt = begun;
    measuredStep = place.step;
    idle = session.idle();
    session.keep();
    if (!nudged) records.set(place.step, measured);
    if (records.size > MOST_RECORDS) forgetRecords();
    if (!all) measuringMs = now() - begun;
    return measured;
  }

  /** Of steps whose states are forgotten, or that were given up for others. */
  function forgetRecords() {
    const stops = new Set(session.stops());
    for (const step of records.keys()) if (!stops.has(step)) records.delete(step);
  }

  /** @returns {import("./protocol.js").Reading | null} */
  function read() {
    readAt = now();
    if (!input) return null;
    const activations = new Float32Array(neurons);
    const digit = session.forward(input, activations);
    const label = image.label();
    let cost = null;
    let shares = null;
    if (label !== null) {
      cost = session.cost_of(input, label);
      shares = new Float32Array(classes);
      session.cost_shares(input, label, shares);
    }
    return { digit, cost, shares, activations, scores: activations.slice(-classes), neuron: explain(input) };
  }

  /** @param {Float32Array} input @returns {import("./protocol.js").Explanation | null} */
  function explain(input) {
    const { neuron } = watched;
    // The page may still look at a neuron of the run before.
    if (!neuron || !(neuron.neuron < sizes[neuron.layer])) return null;
    return session.neuron(input, neuron.layer - 1, neuron.neuron, sizes[neuron.layer - 1]);
  }

  /** @param {boolean} still @returns {import("./protocol.js").Nudges} */
  function nudges(still) {
    const begun = now();
    const all = new Float32Array(session.parameter_count());
    const places = session.nudges(all, NUDGES);
    if (still || begun - namedAt >= NAMES_EVERY_MS) {
      namedAt = begun;
      largest = Array.from(places, (index) => ({ ...placeOf(index, sizes), nudge: all[index] }));
    }
    nudgesAt = begun;
    nudgesMs = now() - begun;
    nudgesKnown = true;
    return { step: place.step, all, largest };
  }

  /**
   * An earlier step as it was recorded; measured again when a parameter was moved by hand.
   * @param {number} newest how far the run has come @param {boolean} nudged
   * @returns {import("./protocol.js").LookedBack}
   */
  function lookedBack(newest, nudged) {
    let measured = nudged ? evaluated(true) : records.get(place.step);
    // The first step may have passed before anything was measured.
    measured ??= measure(false);
    return { newest, measured, place: session.place_on_plane() ?? null };
  }

  return {
    /** What stands before the network, as it sees it. */
    input: () => input,

    /** Another image stands before the network. */
    look() {
      input = image.input(session);
      return { input, reading: read() };
    },

    /** The parameters are others. */
    moved() {
      nudgesKnown = curveKnown = false;
    },

    /** What was measured further on is forgotten: the run goes on from here. */
    restart() {
      measuredStep = place.step;
      measuredAt = -Infinity;
    },

    /** Measures how well the run does, for the next picture. @param {boolean} [nudged] */
    note(nudged) {
      notes.push(measure(false, nudged));
    },

    /**
     * The history has its points close together where most happens, however seldom the page has time for a picture: how many
     * steps may be made before the next one.
     * @param {boolean} nudged as for `picture`
     * @returns {number}
     */
    keepUp(nudged) {
      const due = Math.max(measuredStep + 1, Math.ceil(NEWS * measuredStep));
      if (place.step < due) return due - place.step;
      this.note(nudged);
      return this.keepUp(nudged);
    },

    /**
     * All whose time has come.
     *
     * `still`: the run does not train; `calm`: or only at a speed that can be followed; `settled`: it stands long enough
     * for all to be measured exactly; `asked`: it stands where somebody asked it to; `newest`: how far it has come, when an
     * earlier step is looked at; `nudged`: a parameter is not what training made it.
     *
     * @param {{ still: boolean, calm: boolean, settled: boolean, asked: boolean, newest: number | null, nudged: boolean }} pace
     */
    picture({ still, calm, settled, asked, newest, nudged }) {
      const begun = now();
      // While the visitor drags through the history, pictures take turns as in training.
      const resting = still && (settled || newest === null);
      const pause = calm ? CURVE_SHARE * curveMs : Math.max(MEASURE_EVERY_MS, MEASURE_SHARE * (curveMs + measuringMs));
      const withCurve = !curveKnown && (resting || begun - curveAt >= pause) ? curve() : null;
      let back = null;
      if (newest !== null) {
        back = lookedBack(newest, nudged);
        if (settled) idle = session.idle();
      } else if (settled || asked || begun - measuredAt >= Math.max(MEASURE_EVERY_MS, pause)) notes.push(measure(settled, nudged));
      const patience = calm ? CURVE_SHARE * nudgesMs : Math.max(NUDGES_EVERY_MS, MEASURE_SHARE * nudgesMs);
      const picture = {
        curve: withCurve,
        back,
        nudges: !nudgesKnown && (resting || begun - nudgesAt >= patience) ? nudges(still) : null,
        reading: still || begun - readAt >= READING_EVERY_MS ? read() : undefined,
        measured: notes,
        idle,
      };
      notes = [];
      idle = null;
      return picture;
    },
  };
}
