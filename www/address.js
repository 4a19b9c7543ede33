// @ts-check
/**
 * The run's options in the address, so that a link gives the same run to someone else.
 * Only what differs from the preset is written.
 *
 * @module
 */

/** @typedef {import("./protocol.js").Options} Options */

/** What joins the sizes of hidden layers, here and in the field for them. */
const JOIN = "-";

/**
 * @param {Options} options @param {import("./protocol.js").Limits} limits @param {import("./protocol.js").Counts} counts
 * @returns {string} without the #
 */
export function write(options, limits, counts) {
  /** @type {Record<string, unknown>} */
  const preset = { ...limits.presets[options.preset], trainingExamples: counts.train };
  // A budget brings its own along.
  if (options.budget !== preset.budget) for (const name of ["learningRate", "batchSize", "schedule"]) delete preset[name];
  const fields = new URLSearchParams({ preset: options.preset });
  for (const [name, value] of Object.entries(options)) {
    const text = asText(value);
    if (name === "seed" || text !== asText(preset[name])) fields.set(name, text);
  }
  return fields.toString();
}

/**
 * @param {string} hash with or without the # @param {import("./protocol.js").Limits} limits
 * @returns {Partial<Options>} fields as the core wants them, not yet checked by it
 * @throws {Error} on a field that no option has, or text that cannot be its value
 */
export function read(hash, limits) {
  /** @type {Record<string, unknown>} */
  const known = { .../** @type {Options} */ (Object.values(limits.presets)[0]) };
  /** @type {Record<string, unknown>} */
  const options = {};
  for (const [name, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
    if (!Object.hasOwn(known, name)) throw new Error(`expected ${Object.keys(known).join(", ")}, found \u201c${name}\u201d`);
    options[name] = name === "labels" ? share(text) : parse(name, text, known[name]);
  }
  return options;
}

/** @param {string} name @param {string} text @param {unknown} like a value of the wanted kind; null: a number or none */
function parse(name, text, like) {
  if (Array.isArray(like)) return text.split(JOIN).map((size) => number(name, size));
  if (typeof like === "boolean") {
    if (text !== "true" && text !== "false") throw new Error(`${name}: expected true or false, found \u201c${text}\u201d`);
    return text === "true";
  }
  if (name === "budget" && text === "") return null;
  return typeof like === "number" || like === null ? number(name, text) : text;
}

/** Labels are a word, or the share that is shuffled. @param {string} text */
export function share(text) {
  return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
}

/** @param {string} name @param {string} text */
function number(name, text) {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new Error(`${name}: expected a number, found \u201c${text}\u201d`);
  return value;
}

/**
 * Layers as people type them: "16-16", "64, 32", or with input and output: "784-16-16-10".
 * @param {string} text @param {import("./protocol.js").Limits} limits
 */
export function parseLayers(text, limits) {
  const parts = text.trim().split(/\s*[-,;x\u00d7\u2192\s]\s*/);
  if (parts.some((part) => !/^\d+$/.test(part)))
    throw new Error(`Hidden layers: expected sizes such as ${limits.layerChoices[0].join(JOIN)}, found \u201c${text}\u201d`);
  return parts.map(Number);
}

/** @param {number[]} layers */
export function layersText(layers) {
  return layers.join(JOIN);
}

/** @param {unknown} value */
function asText(value) {
  if (Array.isArray(value)) return layersText(value);
  return value === null || value === undefined ? "" : String(value);
}
