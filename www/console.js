// @ts-check
/**
 * `window.descent`: the session the page shows, for teachers and tests. Every call returns a promise and
 * rejects with an Error that says what was expected and found.
 *
 * @module
 */

import { unpack } from "./gzip.js";
import { flatten } from "./pad.js";

/** @typedef {import("./protocol.js").Options} Options */
/** @typedef {import("./protocol.js").Trained} Trained */

/**
 * @param {{ standing: { promise: Promise<void> },
 *   state: import("./state.js").State,
 *   ask: import("./protocol.js").Ask,
 *   restart: import("./protocol.js").Begin,
 *   shown(step?: number): Promise<void> }} page  until the page has caught up with the run
 */
export function createConsole({ standing, state, ask, restart, shown }) {
  const limits = () => /** @type {import("./protocol.js").Limits} */ (state.limits);
  /** The last restart asked for here, until it is done or refused. @type {Promise<unknown>} */
  let restarting = Promise.resolve();

  /** Until the session stands, and the run that a call is about: the one of the restarts asked for before it. */
  async function turn() {
    const before = restarting;
    await standing.promise;
    await before;
  }

  /** @template T @param {() => Promise<T>} work */
  function inTurn(work) {
    const answer = turn().then(work);
    restarting = answer.catch(() => {});
    return answer;
  }

  return {
    /** Resolves when the network stands and can be trained; rejects with the reason when it cannot be made. */
    get ready() {
      return standing.promise;
    },

    /** Restarts with some options changed. @param {Partial<Options>} options @returns {Promise<Options>} all in force */
    async configure(options) {
      expect(isRecord(options), "configure: an object of options", options);
      return inTurn(() => restart({ type: "start", options }));
    },

    /** @returns {Promise<Options>} */
    async options() {
      await turn();
      return ask({ type: "get-options" });
    },

    /** Trains so many steps, or until so many more examples were seen. @param {{ steps?: number, examples?: number }} wanted @returns {Promise<Trained>} */
    async train(wanted) {
      const fields = isRecord(wanted) ? Object.keys(wanted) : [];
      const named = fields.length === 1 && (fields[0] === "steps" || fields[0] === "examples");
      expect(named, "train: { steps } or { examples }", wanted);
      const count = wanted[/** @type {"steps" | "examples"} */ (fields[0])];
      expect(Number.isSafeInteger(count) && Number(count) > 0, `train: ${fields[0]} as a positive whole number`, count);
      await turn();
      let step;
      try {
        const trained = await ask({ type: "train", [fields[0]]: count });
        ({ step } = trained);
        return trained;
      } finally {
        // Whoever asked for it may look at the page next, also at where it ended early.
        await shown(step);
      }
    },

    /** @param {"test" | "train"} set @returns {Promise<{ cost: number, accuracy: number, confusion: number[][] }>} */
    async evaluate(set) {
      expect(set === "test" || set === "train", 'evaluate: "test" or "train"', set);
      await turn();
      return ask({ type: "evaluate", set });
    },

    /** Reads an image: grey levels 0..255 as in the data set, ink high. @param {ArrayLike<number>} pixels */
    async predict(pixels) {
      await turn();
      const { pixels: length } = limits();
      const values = numbers(pixels, length, `predict: ${length} numbers from 0 to 255`);
      const outside = values.findIndex((value) => value < 0 || value > 255);
      expect(outside < 0, "predict: numbers from 0 to 255", values[outside]);
      return ask({ type: "predict", pixels: values });
    },

    /** Reads a drawing of any scale, y down. @param {[number, number][][]} strokes */
    async predictStrokes(strokes) {
      const form = "predictStrokes: strokes as [[[x, y], ...], ...] of finite numbers";
      expect(Array.isArray(strokes), form, strokes);
      for (const stroke of strokes) {
        expect(Array.isArray(stroke), form, stroke);
        for (const point of stroke)
          expect(isList(point) && point.length === 2 && Array.from(point).every(Number.isFinite), form, point);
      }
      await turn();
      return ask({ type: "predict-strokes", ...flatten(strokes) });
    },

    /** Layer by layer, weights [in, out], then biases. @param {"average"} [which] @returns {Promise<Float32Array>} */
    async parameters(which) {
      expect(which === undefined || which === "average", 'parameters: nothing or "average"', which);
      await turn();
      return ask({ type: "get-parameters", which: which ?? "trained" });
    },

    /** @param {ArrayLike<number>} values in the order of `parameters()` @returns {Promise<void>} */
    async setParameters(values) {
      await turn();
      const { parameterCount } = state;
      const checked = numbers(values, parameterCount, `setParameters: ${parameterCount} finite numbers`);
      await ask({ type: "set-parameters", values: checked });
    },

    /** Of the cost on the current batch, in the order of `parameters()`. @returns {Promise<Float32Array>} */
    async gradient() {
      await turn();
      return ask({ type: "get-gradient" });
    },

    /** Other images to train on: IDX files, plain or gzip. @param {ArrayBuffer} images @param {ArrayBuffer} labels */
    async loadData(images, labels) {
      const copies = { images: bytes(images, "loadData images"), labels: bytes(labels, "loadData labels") };
      return inTurn(async () => {
        const { maxExamples, pixels } = limits();
        // Sixteen bytes: the longest header of the two files.
        const most = 16 + maxExamples * pixels;
        return restart({
          type: "load-data",
          images: await unpack(copies.images, "IDX images", most),
          labels: await unpack(copies.labels, "IDX labels", most),
        });
      });
    },

    /** The whole state of the run. @returns {Promise<ArrayBuffer>} */
    async save() {
      await turn();
      return ask({ type: "save" });
    },

    /** @param {ArrayBuffer} buffer as `save()` gave it @returns {Promise<Options>} those in force again */
    async restore(buffer) {
      const copy = bytes(buffer, "restore");
      return inTurn(() => restart({ type: "restore", bytes: copy, continues: false }));
    },
  };
}

/** @param {boolean} right @param {string} wanted @param {unknown} found */
function expect(right, wanted, found) {
  if (!right) throw new Error(`${wanted.replace(": ", ": expected ")}, found ${show(found)}`);
}

/** @param {unknown} value @returns {string} */
function show(value) {
  if (isList(value) && value.length > 4) return `${value.length} values`;
  if (value instanceof ArrayBuffer) return `${value.byteLength} bytes`;
  if (isList(value)) return `[${Array.from(value, show).join(", ")}]`;
  try {
    return isRecord(value) || typeof value === "string" ? JSON.stringify(value) : String(value);
  } catch {
    return String(value); // what contains itself, say
  }
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isRecord(value) {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** @param {unknown} value @returns {value is ArrayLike<unknown>} */
function isList(value) {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
}

/** @param {ArrayLike<number>} values @param {number} length @param {string} wanted */
function numbers(values, length, wanted) {
  expect(isList(values) && values.length === length, wanted, values);
  const odd = Array.from(values).findIndex((value) => typeof value !== "number" || !Number.isFinite(value));
  expect(odd < 0, wanted, values[odd]);
  return Float32Array.from(values);
}

/** A copy of the caller's bytes. @param {unknown} value @param {string} name @returns {ArrayBuffer} */
function bytes(value, name) {
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice().buffer;
  throw new Error(`${name}: expected an ArrayBuffer, found ${show(value)}`);
}
