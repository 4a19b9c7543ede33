/**
 * The worker's desk: all runs by number, and what each message does to them.
 *
 * @module
 */

import { createImage } from "./image.js";
import { createInquiries } from "./inquiries.js";
import { createRun } from "./run.js";

/** @typedef {typeof import("../descent.js")} Core */
/** @typedef {import("../descent.js").Session} Session */
/** @typedef {import("../descent.js").Dataset} Dataset */
/** @typedef {ReturnType<typeof createRun>} Run */

const START = { step: 0, examples: 0, epoch: 0 };

/**
 * @param {{ core: Core, data: Dataset, send(message: import("./protocol.js").FromWorker, transfer?: Transferable[]): void,
 *   now(): number, memory?(): number, ahead?: ReturnType<typeof import("./ahead.js").createAhead> }} setup
 *   `core` is the wasm module, `data` the data set that runs begin with, `memory` the bytes that the module has taken,
 *   `ahead` makes images for runs that augment
 */
export function createRuns({ core, data: shipped, send, now, memory = () => 0, ahead }) {
  /** What runs learn from, and what it is without the visitor's drawings. */
  let data = shipped;
  let base = shipped;
  /** @type {import("./protocol.js").Limits} */
  const limits = core.limits();
  const image = createImage(limits);
  /**
   * What the page looks at, in one run after the other: the plane, if it is shown, and a neuron, if one is opened.
   * @type {{ aspect: number | null, seed: number | null, kept: number, neuron: import("./protocol.js").Neuron | null }}
   */
  const watched = { aspect: null, seed: null, kept: 0, neuron: null };
  /** @type {Map<number, Run>} */
  const runs = new Map();
  /** A replaced run leads to the one that took its place. @type {Map<number, number>} */
  const successors = new Map();

  /** The run a message is about, or the one that has taken its place. @param {number} number */
  function find(number) {
    let at = number;
    while (successors.has(at)) at = /** @type {number} */ (successors.get(at));
    const run = runs.get(at);
    if (!run) throw new Error(`expected the number of a run, found ${number}`);
    return run;
  }

  /**
   * Restarts: `prepare` brings the session to its new start and throws before it has changed anything.
   * @param {import("./protocol.js").Restart} message
   * @param {(session: Session, before: Run | null) => Partial<typeof START> | void} prepare
   * @param {boolean} [continues]
   */
  function restart(message, prepare, continues = false) {
    const before = message.replaces === null ? null : find(message.replaces);
    const session = before ? before.session : new core.Session(data, message.type === "start" ? message.options : {});
    let at;
    try {
      at = { ...START, ...prepare(session, before) };
    } catch (error) {
      if (!before) session.free();
      throw error;
    }
    if (before) {
      before.end();
      runs.delete(before.number);
      successors.set(before.number, message.run);
    }
    const run = createRun({
      number: message.run, session, classes: limits.classes, pixels: limits.pixels, fixedExamples: limits.fixedExamples, image, watched, send, now, at,
      records: continues ? before?.records : undefined,
      ahead: ahead?.serve(message.run, session),
    });
    runs.set(message.run, run);
    send({ ...run.introduce(continues), restored: message.type === "restore", replaces: message.replaces, counts: data.counts(), data: told() });
    run.look();
    return session.options();
  }

  /** @param {Session} session @param {Uint8Array} bytes */
  function restore(session, bytes) {
    session.restore(bytes);
    return standing(session);
  }

  /** @param {Session} session */
  function standing(session) {
    const { step, examples, epoch } = session.report(0);
    return { step, examples, epoch };
  }

  /** @returns {import("./protocol.js").DataTold} */
  function told() {
    return { own: base !== shipped, taught: data !== base, memory: memory() };
  }

  /** A restart on other data. @param {import("./protocol.js").Restart} message @param {Dataset} next @param {Dataset} [nextBase] */
  function learnFrom(message, next, nextBase = next) {
    const before = { data, base };
    [data, base] = [next, nextBase];
    try {
      restart(message, (session) => session.set_data(next));
    } catch (error) {
      ({ data, base } = before);
      release(next, nextBase);
      throw error;
    }
    release(before.data, before.base);
    return next.counts();
  }

  /** Gives the module its memory back: of these all that nothing is learnt from any more. @param {Dataset[]} sets */
  function release(...sets) {
    for (const set of new Set(sets)) if (![shipped, data, base].includes(set)) set.free();
  }

  /** The step with the lowest cost. @param {Run["records"]} records @param {Uint32Array} stops */
  function best(records, stops) {
    const cost = (/** @type {number} */ step) => records.get(step)?.cost ?? Infinity;
    return stops.reduce((best, stop) => (cost(stop) < cost(best) ? stop : best));
  }

  /** Shows another image to every network, or looks at it in another way. @param {() => void} change */
  function show(change) {
    change();
    for (const run of runs.values()) run.look();
  }

  /** @param {(input: Float32Array, scores: Float32Array) => number | undefined} ask */
  function predict(ask) {
    const input = new Float32Array(limits.pixels);
    const scores = new Float32Array(limits.classes);
    const digit = ask(input, scores) ?? null;
    return { digit, scores: Array.from(scores), input: Array.from(input) };
  }

  const inquiries = createInquiries({
    core, limits, find, image,
    data: () => data,
    sessions: () => [...runs.values()].map(({ session }) => session),
    look: () => show(() => {}),
  });

  /** What each message does; questions return their answer. @type {import("./protocol.js").Handlers} */
  const handlers = {
    start: (m) => restart(m, (session, before) => void (before && session.configure(m.options))),
    reset: (m) => restart(m, (session) => session.reset()),
    "new-start": (m) => restart(m, (session) => session.configure({ seed: core.new_seed() })),
    restore: (m) => restart(m, (session) => restore(session, new Uint8Array(m.bytes)), m.continues),
    "go-back": (m) =>
      restart(
        m,
        (session, before) => {
          const { records, overshoot } = /** @type {Run} */ (before);
          const sound = session.sound_stop() ?? Infinity;
          const stop = best(records, session.stops().filter((/** @type {number} */ stop) => stop <= sound));
          // The visitor is shown the state just before the step that went too far. It is gone on from if all was well there
          // and no better one is remembered.
          const shown = session.report(0).step + 1 === overshoot()?.step && session.is_sound();
          if (!shown || (records.get(stop)?.cost ?? Infinity) < session.evaluate("train", 0).cost) session.look_back(stop);
          session.go_on_from_here();
          session.set_learning_rate(m.learningRate);
          return standing(session);
        },
        true,
      ),
    "load-data": (m) => learnFrom(m, core.Dataset.idx(new Uint8Array(m.images), new Uint8Array(m.labels))),
    "shipped-data": (m) => learnFrom(m, shipped),
    teach: (m) => learnFrom(m, m.on ? base.with(inquiries.drawings()) : base, base),

    play: (m) => find(m.run).play(m.stepsPerSecond),
    pause: (m) => find(m.run).pause(),
    step: (m) => find(m.run).step(),
    drawn: (m) => runs.get(m.run)?.drawn(),
    "set-learning-rate": (m) => change(find(m.run), (session) => session.set_learning_rate(m.learningRate)),
    "set-batch-size": (m) => change(find(m.run), (session) => session.set_batch_size(m.batchSize)),

    "look-back": (m) => find(m.run).lookBack(m),
    "return-to-newest": (m) => find(m.run).returnToNewest(),
    nudge: (m) => find(m.run).nudge(m.index, m.change),

    "watch-plane": (m) => void Object.assign(watched, { aspect: m.aspect, seed: m.seed }),
    "keep-run": (m) => {
      find(m.run).session.keep_way(m.keep);
      watched.kept++;
    },
    "watch-neuron": (m) => show(() => (watched.neuron = m.neuron)),

    "show-strokes": (m) => show(() => image.strokes(m.points, m.lengths, m.label)),
    "show-nothing": () => show(() => image.clear()),
    "show-noise": (m) => {
      const pixels = m.pixels ?? new Float32Array(limits.pixels);
      if (!m.pixels) core.noise(core.new_seed(), pixels);
      send({ type: "image", run: find(m.run).number, pixels, label: null, set: null, index: null });
      show(() => image.raw(pixels));
    },
    "show-example": (m) => {
      const pixels = new Float32Array(limits.pixels);
      const { set = "test" } = m;
      const { number, session } = find(m.run);
      const index = m.index ?? (set === "test" ? core.new_seed() % data.counts().test : session.coming()[0]);
      const shown = data.example(set, index, pixels);
      // Beyond the images that it learns from nothing is told.
      const label = set === "train" && index < session.options().trainingExamples ? session.told(index) : shown;
      send({ type: "image", run: number, pixels, label, set, index });
      show(() => image.pixels(pixels, label));
    },

    train: (m) => (find(m.run).train(m), LATER),
    evaluate: (m) => {
      const { session } = find(m.run);
      const { cost, accuracy, confusion } = session.averaging ? session.survey(m.set, 0, 0) : session.evaluate(m.set, 0);
      return { cost, accuracy, confusion };
    },
    predict: (m) => {
      const run = find(m.run);
      return predict((input, scores) => run.session.predict(m.pixels, input, scores));
    },
    "predict-strokes": (m) => {
      const run = find(m.run);
      return predict((input, scores) => run.session.predict_strokes(m.points, m.lengths, input, scores));
    },
    "get-options": (m) => find(m.run).session.options(),
    "get-parameters": (m) => {
      const { session } = find(m.run);
      const values = new Float32Array(session.parameter_count());
      if (m.which === "average") session.average(values);
      else session.parameters(values);
      return values;
    },
    "set-parameters": (m) => {
      const run = find(m.run);
      change(run, (session) => (session.set_parameters(m.values), run.goneOn()), true);
    },
    "get-gradient": (m) => {
      const { session } = find(m.run);
      const values = new Float32Array(session.parameter_count());
      session.gradient(values);
      if (!values.every(Number.isFinite)) throw new Error("gradient: expected finite numbers, found some that are not: the parameters are too large");
      return values;
    },
    save: (m) => find(m.run).session.save().slice().buffer,
    ...inquiries.handlers,
  };

  /** @param {Run} run @param {(session: Session) => void} work @param {boolean} [parameters] whether it changes those */
  function change(run, work, parameters = false) {
    let diverts = false;
    try {
      work(run.session);
      diverts = parameters || run.begun();
    } finally {
      // Refused or not, the page shows what is in force.
      send({ type: "options", run: run.number, options: run.changed(parameters), diverts });
    }
  }

  return {
    limits,

    /** @param {import("./protocol.js").ToWorker} message */
    handle(message) {
      const handler = /** @type {(message: import("./protocol.js").ToWorker) => unknown} */ (handlers[message.type]);
      if (!handler) throw new Error(`expected a message of the protocol, found type ${JSON.stringify(message.type)}`);
      const id = "id" in message ? message.id : undefined;
      try {
        const value = handler(message);
        if (id !== undefined && value !== LATER) send({ type: "answer", run: message.run, id, value });
      } catch (error) {
        // A trap has left the instance unusable: nothing here can answer for it.
        if (error instanceof WebAssembly.RuntimeError) throw error;
        send({ type: "refused", run: message.run, id, message: error instanceof Error ? error.message : String(error) });
      }
    },

    advance() {
      for (const run of runs.values()) run.advance();
    },

    /** Milliseconds until some run wants the worker. */
    wait() {
      return Math.min(...[...runs.values()].map((run) => run.wait()));
    },
  };
}

/** Marks a question that is answered when its work is done. */
const LATER = Symbol("later");
