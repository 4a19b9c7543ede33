/**
 * One run inside the worker: a session, what it was told to do, and what the page has been shown of it.
 * It trains in slices of a few milliseconds and never holds the worker longer; `wait` says when it wants
 * the next one.
 *
 * @module
 */

import { createGauges } from "./gauges.js";
import { createSurface } from "./surface.js";

/** Long enough to train well, short enough that a pause or a stroke is answered within a frame. */
const SLICE_MS = 7;
/** After this long without a change everything is measured exactly. */
const SETTLE_MS = 120;
/** More than fit into any slice: the clock ends it. */
const MANY_STEPS = 0xffffffff;
const SAVE_EVERY_MS = 4000;
/** Steps that fell due while the worker was busy are made up for, but no more than this much time is worth. */
const CATCH_UP_MS = 250;
const LOOKED_BACK = "another step was looked at";

/**
 * @param {{ number: number, session: import("../descent.js").Session, classes: number, pixels: number, fixedExamples: number,
 *   image: ReturnType<typeof import("./image.js").createImage>,
 *   watched: { aspect: number | null, seed: number | null, kept: number, neuron: import("./protocol.js").Neuron | null },
 *   send(message: import("./protocol.js").FromWorker, transfer?: Transferable[]): void,
 *   now(): number, at: { step: number, examples: number, epoch: number },
 *   records?: Map<number, import("./protocol.js").Measured>,
 *   ahead?: ReturnType<ReturnType<typeof import("./ahead.js").createAhead>["serve"]> }} setup
 *   `records`: what was measured at the steps that can be looked back at; `ahead` makes images for the training to come
 */
export function createRun({ number, session, classes, pixels, fixedExamples, image, watched, send, now, at, records = new Map(), ahead }) {
  const surface = createSurface({ number, session, watched, send, now });
  /** @type {import("./protocol.js").Options} */
  let options = session.options();
  const sizes = [pixels, ...options.layers, classes];

  const place = { ...at };
  const gauges = createGauges({ session, sizes, place, image, watched, now, records, fixedExamples });
  /** @type {{ stepsPerSecond: number | null } | null} */
  let playing = null;
  let due = 0;
  /** @type {{ id: number, steps?: number, examples?: number, until: number, made: number, seconds: number }[]} */
  const trainings = [];

  /** @type {import("./protocol.js").StepReport | null} */
  let report = null;

  // What the page knows.
  let outstanding = false;
  let changedAt = now();
  let shown = false; // the page has the present parameters
  let exact = false; // and what was measured of them is exact
  let asked = true; // the run has just begun, or a training has ended: whoever asked for it may read the page next

  /** What made the run diverge, if it did and that is known. @type {import("./protocol.js").Overshoot | null} */
  let overshoot = null;
  /** Where the run had come to, while an earlier step is looked at. @type {typeof place | null} */
  let newest = null;
  /** A parameter is not what training made it. */
  let nudged = false;

  let savedStep = -1;
  let savedAt = now();

  function moved() {
    shown = false;
    exact = false;
    asked = false;
    gauges.moved();
    changedAt = now();
  }

  function still() {
    return !playing && trainings.length === 0;
  }

  /** Runs a piece of training; a divergence ends all that was planned. @param {() => void} work */
  function attempt(work) {
    try {
      work();
    } catch (error) {
      const diverged = session.diverged();
      if (!diverged) throw error;
      playing = null;
      report = null;
      goneOn();
      stand(session.report(0));
      const stuck = { ...place };
      gauges.note();
      overshoot = session.find_overshoot() ?? null;
      if (overshoot) {
        // The visitor is shown the step that went too far, and can come back from there to where it led.
        newest = stuck;
        stand(session.report(0));
      }
      moved();
      const where = overshoot ? `, and step ${place.step} is shown, before the one that went too far` : "";
      abandon(`${error instanceof Error ? error.message : error}${where}`);
      send({ type: "diverged", run: number, ...diverged, overshoot, learningRate: options.learningRate });
    }
  }

  /** @param {string} message */
  function abandon(message) {
    for (const { id } of trainings.splice(0)) send({ type: "refused", run: number, id, message });
  }

  /** @param {{ step: number, examples: number, epoch: number }} progress */
  function arrive(progress) {
    goneOn();
    stand(progress);
    moved();
  }

  /** @param {{ step: number, examples: number, epoch: number }} progress */
  function stand({ step, examples, epoch }) {
    Object.assign(place, { step, examples, epoch });
    nudged = false;
  }

  /** From an earlier step that was looked at: what came after it is forgotten. */
  function goneOn() {
    if (!newest) return;
    newest = null;
    gauges.restart();
    send({ type: "gone-on", run: number, step: place.step });
  }

  /** Ends all training. @param {string} because what the visitor did instead */
  function interrupt(because) {
    playing = null;
    abandon(`${because}, after step ${place.step}`);
    report = null;
  }

  /** Steps until so many examples were seen, at least one. @param {number} examples */
  function stepsUntil(examples) {
    return Math.max(1, Math.ceil((examples - place.examples) / options.batchSize));
  }

  /** With the budget the learning rate is used up: playing on would change nothing. */
  function stopAtBudget() {
    if (!playing || options.budget === null || place.examples < options.budget) return;
    playing = null;
    send({ type: "stopped", run: number });
  }

  function observedStep() {
    attempt(() => {
      report = session.train_step();
      arrive(/** @type {import("./protocol.js").StepReport} */ (report));
    });
  }

  function fullSpeed() {
    attempt(() => {
      const steps = options.budget === null ? MANY_STEPS : stepsUntil(options.budget);
      pass(steps);
    });
  }

  /** A slice of training, of so many steps at most. @param {number} most */
  function pass(most) {
    // What was measured further on does not tell how closely the steps from here are to be measured.
    goneOn();
    ahead?.supply(options);
    const progress = session.train(Math.min(most, gauges.keepUp(nudged), MANY_STEPS), SLICE_MS);
    report = null;
    arrive(progress);
    return progress;
  }

  function serveTraining() {
    const training = trainings[0];
    if (training.until < 0) training.until = place.examples + (training.examples ?? 0);
    const left = training.steps !== undefined ? training.steps - training.made : stepsUntil(training.until);
    attempt(() => {
      const progress = pass(left);
      training.made += progress.steps;
      training.seconds += progress.seconds;
      const reached =
        training.steps !== undefined ? training.made >= training.steps : place.examples >= training.until;
      if (!reached) return;
      trainings.shift();
      // Whoever asked for it may look at the page next.
      asked = true;
      const { step, examples, epoch, cost } = progress;
      const value = { step, examples, epoch, cost, seconds: training.seconds };
      send({ type: "answer", run: number, id: training.id, value });
    });
  }

  /** @param {boolean} settled */
  function snapshot(settled) {
    const calm = still() || playing?.stepsPerSecond != null;
    const picture = gauges.picture({ still: still(), calm, settled, asked, newest: newest?.step ?? null, nudged });
    const length = session.parameter_count();
    const parameters = new Float32Array(length);
    const change = shown ? null : new Float32Array(length);
    if (change) session.parameters_and_change(parameters, change);
    else session.parameters(parameters);
    shown = true;
    exact = settled;
    outstanding = true;
    const { nudges, idle } = picture;
    send(
      { type: "snapshot", run: number, ...place, parameters, change, report, ...picture },
      [parameters, change, nudges?.all, idle].flatMap((values) => (values ? [values.buffer] : [])),
    );
    report = null;
  }

  function save() {
    savedAt = now();
    savedStep = place.step;
    const bytes = session.save().slice().buffer;
    send({ type: "saved", run: number, step: place.step, bytes }, [bytes]);
  }

  /** Milliseconds until this run wants the worker; Infinity when it has nothing to do. */
  function wait() {
    if (trainings.length > 0 || playing?.stepsPerSecond === null) return 0;
    const step = playing ? Math.max(0, due - now()) : Infinity;
    return Math.min(step, waitForPicture(), surface.wait((newest ?? place).step, still()));
  }

  function waitForPicture() {
    if (outstanding) return Infinity;
    if (!shown) return 0;
    if (exact || playing) return Infinity;
    return asked ? 0 : Math.max(0, changedAt + SETTLE_MS - now());
  }

  return {
    number,
    session,
    wait,
    input: gauges.input,
    records,
    overshoot: () => overshoot,

    /** One slice of work, then a picture of it when the page is ready for one. */
    advance() {
      if (trainings.length > 0) serveTraining();
      else if (playing?.stepsPerSecond === null) fullSpeed();
      else if (playing && now() >= due) {
        due = Math.max(due + 1000 / /** @type {number} */ (playing.stepsPerSecond), now() - CATCH_UP_MS);
        observedStep();
      }
      stopAtBudget();
      const settled = still() && !exact && (asked || now() - changedAt >= SETTLE_MS);
      if (!outstanding && (!shown || settled)) snapshot(settled);
      surface.advance((newest ?? place).step, still());
      if (!newest && !nudged && place.step !== savedStep && (settled || now() - savedAt >= SAVE_EVERY_MS)) save();
    },

    /** @param {number | null} stepsPerSecond */
    play(stepsPerSecond) {
      playing = { stepsPerSecond };
      due = now();
      stopAtBudget();
    },

    pause() {
      if (playing) moved();
      playing = null;
    },

    step: observedStep,

    /** @param {{ id: number, steps?: number, examples?: number }} training */
    train({ id, steps, examples }) {
      trainings.push({ id, steps, examples, until: -1, made: 0, seconds: 0 });
    },

    /** The page is drawing the last snapshot. */
    drawn() {
      outstanding = false;
    },

    /**
     * One parameter moved by hand. Undone, all is as it was, to the last bit.
     * @param {number} index @param {number} change
     */
    nudge(index, change) {
      interrupt("a weight was moved by hand");
      const { predictedChange, measuredChange } = session.nudge(index, change);
      nudged = change !== 0;
      moved();
      send({ type: "nudged", run: number, index, change, step: place.step, predictedChange, measuredChange });
    },

    /** Whether a step was made. */
    begun: () => (newest ?? place).step > 0,

    /** The options or the parameters were changed from outside. @param {boolean} parameters whether it was those */
    changed(parameters) {
      options = session.options();
      // From here on the same steps are made otherwise.
      session.keep();
      savedStep = -1;
      report = null;
      if (parameters) surface.renew();
      moved();
      asked = parameters;
      return options;
    },

    /**
     * An earlier step is looked at: the one nearest to `step` that is remembered, or so many of them further on; past
     * the last of them is where the run has come to.
     * @param {{ step?: number, by?: number }} to
     */
    lookBack({ step, by }) {
      interrupt(LOOKED_BACK);
      const end = newest ?? { ...place };
      if (by !== undefined) {
        const stops = [...session.stops()].filter((stop) => stop < end.step);
        const passed = stops.filter((stop) => stop < place.step).length;
        // From between two of them, the one before is one away.
        step = [...stops, end.step][Math.max(0, Math.min(stops.length, passed + by))];
      }
      if (step === undefined || step >= end.step) return this.returnToNewest();
      session.look_back(step);
      newest = end;
      stand(session.report(0));
      moved();
    },

    goneOn,

    returnToNewest() {
      // Where the run has come to is where it stands, once it stands.
      if (!newest) return this.pause();
      interrupt(LOOKED_BACK);
      session.return_to_newest();
      stand(newest);
      newest = null;
      moved();
    },

    /** Another image stands before the network. */
    look() {
      send({ type: "reading", run: number, ...gauges.look() });
    },

    /** This run is replaced. */
    end() {
      playing = null;
      ahead?.end();
      abandon(`the run was restarted at step ${place.step}, before this training had ended`);
    },

    /** @param {boolean} continues @returns {Omit<import("./protocol.js").Started, "replaces" | "counts" | "data" | "restored">} */
    introduce(continues) {
      const parameterCount = session.parameter_count();
      return { type: "started", run: number, options, sizes, parameterCount, ...place, continues };
    },
  };
}
