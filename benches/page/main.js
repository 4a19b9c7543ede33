/**
 * The page around the entrants: starts their workers and hands them the problem. ../browser.mjs asks the questions.
 *
 * @module
 */

/** @typedef {import("../entrants/harness.js").Problem} Problem */

/** @type {Map<string, { worker: Worker, waiting: Map<number, PromiseWithResolvers<any>> }>} */
const entrants = new Map();
/** @type {Map<string, Problem>} */
const problems = new Map();
let questions = 0;

const bench = {
  /** @param {string} name @param {string} file */
  open(name, file) {
    const worker = new Worker(new URL(`${file}.js`, location.href), { type: "module", name });
    /** @type {Map<number, PromiseWithResolvers<any>>} */
    const waiting = new Map();
    worker.addEventListener("message", ({ data: { id, value, error } }) => {
      const question = waiting.get(id);
      waiting.delete(id);
      if (error) question?.reject(new Error(`${name}: ${error}`));
      else question?.resolve(value);
    });
    worker.addEventListener("error", (event) => {
      for (const question of waiting.values()) question.reject(new Error(`${name}: ${event.message || "does not load"}`));
    });
    entrants.set(name, { worker, waiting });
  },

  /** @param {string} name @param {string} method @param {unknown[]} args @returns {Promise<any>} */
  ask(name, method, ...args) {
    const entrant = entrants.get(name);
    if (!entrant) throw new Error(`expected an entrant, found ${name}`);
    const id = ++questions;
    const question = Promise.withResolvers();
    entrant.waiting.set(id, question);
    entrant.worker.postMessage({ id, method, args });
    return question.promise;
  },

  /** @param {string} name */
  close(name) {
    entrants.get(name)?.worker.terminate();
    entrants.delete(name);
  },

  /**
   * Has the problem set by one entrant, to be given to all; it does not leave the page.
   * @param {string} name @param {string} by @param {{ layers: number[], batchSize: number, rate: number }} options
   */
  async set(name, by, options) {
    problems.set(name, await bench.ask(by, "problem", options));
  },

  /**
   * Gives an entrant the problem with all images as one batch, has it make one step, and says how far that leads from
   * where the same step has led `from`, as a share of the step's length: 0 if both compute the same.
   * @param {string} name @param {string} problem @param {string} from
   */
  async compare(name, problem, from) {
    const given = bench.problem(problem);
    const examples = given.labels.length;
    /** @type {Float32Array[]} */
    const [ours, theirs] = await Promise.all(
      [name, from].map(async (entrant) => {
        await bench.ask(entrant, "prepare", { ...given, batchSize: examples });
        return bench.ask(entrant, "learn", examples);
      }),
    );
    const start = given.parameters;
    return distance(ours, theirs) / distance(theirs, start);
  },

  /**
   * Gives an entrant the problem, has it learn, and has the result judged.
   * @param {string} name @param {{ problem: string, straighten: boolean, examples: number, judge: string }} how
   * @returns {Promise<{ start: Judgement, end: Judgement }>}
   * @typedef {{ cost: number, accuracy: number }} Judgement
   */
  async learn(name, { problem, straighten, examples, judge }) {
    const given = bench.problem(problem);
    await bench.ask(name, "prepare", { ...given, straighten });
    const start = await bench.ask(judge, "judge", given.sizes, given.parameters, straighten);
    const parameters = await bench.ask(name, "learn", examples);
    const end = await bench.ask(judge, "judge", given.sizes, parameters, straighten);
    return { start, end };
  },

  /** Inputs of an example that are not zero, on average. @param {string} problem */
  nonzero(problem) {
    const { inputs, labels } = bench.problem(problem);
    return inputs.reduce((count, input) => count + Number(input !== 0), 0) / labels.length;
  },

  /** @param {string} name @returns {Problem} */
  problem(name) {
    const problem = problems.get(name);
    if (!problem) throw new Error(`expected a problem, found ${name}`);
    return problem;
  },
};

/** @param {Float32Array} a @param {Float32Array} b */
function distance(a, b) {
  return Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0));
}

Object.assign(globalThis, { bench });
