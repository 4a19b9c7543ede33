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

/** Of a text or an object that was not expected so many letters are shown. */
const LONGEST_SHOWN = 100;

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

  /** A run that has begun, once the page shows it. @template T @param {Promise<T>} restarted */
  async function seen(restarted) {
    const answer = await restarted;
    await shown(state.step);
    return answer;
  }

  return {
    /** Resolves when the network stands and can be trained; rejects with the reason when it cannot be made. */
    get ready() {
      return standing.promise;
    },

    /** Restarts with some options changed. @param {Partial<Options>} options @returns {Promise<Options>} all in force */
    async configure(options) {
      const plain = plainOptions(options);
      return inTurn(() => seen(restart({ type: "start", options: plain })));
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
      const values = numbers(pixels, "predict: numbers from 0 to 255", 0, 255);
      await turn();
      const { pixels: length } = limits();
      expect(values.length === length, `predict: ${length} numbers from 0 to 255`, values);
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
      const drawing = flatten(strokes);
      await turn();
      return ask({ type: "predict-strokes", ...drawing });
    },

    /** Layer by layer, weights [in, out], then biases. @param {"average"} [which] @returns {Promise<Float32Array>} */
    async parameters(which) {
      expect(which === undefined || which === "average", 'parameters: nothing or "average"', which);
      await turn();
      return ask({ type: "get-parameters", which: which ?? "trained" });
    },

    /** @param {ArrayLike<number>} values in the order of `parameters()` @returns {Promise<void>} */
    async setParameters(values) {
      const copy = numbers(values, "setParameters: finite numbers");
      await turn();
      const { parameterCount } = state;
      expect(copy.length === parameterCount, `setParameters: ${parameterCount} finite numbers`, copy);
      await ask({ type: "set-parameters", values: copy });
      await shown();
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
        return seen(restart({
          type: "load-data",
          images: await unpack(copies.images, "IDX images", most),
          labels: await unpack(copies.labels, "IDX labels", most),
        }));
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
      return inTurn(async () => {
        const { savedBytes } = limits();
        expect(copy.byteLength <= savedBytes, `restore: at most ${savedBytes} bytes`, copy.byteLength);
        return seen(restart({ type: "restore", bytes: copy, continues: false }));
      });
    },
  };
}

/** @param {boolean} right @param {string} wanted @param {unknown} found @returns {asserts right} */
function expect(right, wanted, found) {
  if (!right) throw new Error(`${wanted.replace(": ", ": expected ")}, found ${show(found)}`);
}

/**
 * A value as one would type it, or what can be said of it; never throws.
 * @param {unknown} value @param {number} [levels] so many lists within each other are written down
 * @returns {string}
 */
function show(value, levels = 3) {
  try {
    if (isList(value) && levels === 0) return "\u2026";
    if (isList(value) && value.length > 4) return `${value.length} values`;
    if (isList(value)) return `[${Array.from(value, (entry) => show(entry, levels - 1)).join(", ")}]`;
    if (isBuffer(value)) return `${value.byteLength} bytes`;
    if (typeof value === "function") return "a function";
    if (typeof value === "bigint") return `${value}n`;
    const text = isRecord(value) || typeof value === "string" ? JSON.stringify(value) : String(value);
    return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}\u2026` : text;
  } catch {
    return "an object that cannot be written down"; // what contains itself, say
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

/** Also if it is a frame's. @param {unknown} value @returns {value is ArrayBuffer} */
function isBuffer(value) {
  return Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}

/**
 * A copy of the caller's numbers. Checked one after the other, so that of a list without end only the first is looked at.
 * @param {unknown} values @param {string} wanted @param {number} [least] @param {number} [most]
 */
function numbers(values, wanted, least = -Infinity, most = Infinity) {
  expect(isList(values), wanted, values);
  const copy = Array.from(values, (value) => {
    expect(typeof value === "number" && Number.isFinite(value) && value >= least && value <= most, wanted, value);
    return /** @type {number} */ (value);
  });
  return Float32Array.from(copy);
}

/**
 * A copy of the caller's options. Only plain values go on: others cannot be posted, or cannot be written down by the core,
 * which checks names and ranges.
 * @param {unknown} options @returns {Partial<Options>}
 */
function plainOptions(options) {
  expect(isRecord(options), "configure: an object of options", options);
  // What an object inherits, getters of its class as well, would be left out without a word.
  const prototype = Object.getPrototypeOf(options);
  expect(prototype === null || Object.getPrototypeOf(prototype) === null, "configure: an object with options as its own fields", options);
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, plainValue(name, value)]));
}

/** @param {string} name @param {unknown} value */
function plainValue(name, value) {
  const wanted = `option ${name}: a number, a text, true, false, null or an array of numbers`;
  if (!isList(value)) {
    expect(value === null || ["number", "string", "boolean", "undefined"].includes(typeof value), wanted, value);
    return value;
  }
  return Array.from(value, (entry) => {
    expect(typeof entry === "number", wanted, value);
    return entry;
  });
}

/** A copy of the caller's bytes. @param {unknown} value @param {string} name @returns {ArrayBuffer} */
function bytes(value, name) {
  const view = ArrayBuffer.isView(value) ? value : isBuffer(value) ? { buffer: value } : null;
  expect(view !== null, `${name}: an ArrayBuffer`, value);
  const { buffer, byteOffset, byteLength } = /** @type {{ buffer: ArrayBuffer, byteOffset?: number, byteLength?: number }} */ (view);
  try {
    return new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
  } catch {
    throw new Error(`${name}: expected an ArrayBuffer, found one whose bytes were transferred`);
  }
}
