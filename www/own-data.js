// @ts-check
/**
 * The visitor's own images: IDX files dropped on the page or chosen, and what their ten classes are called.
 *
 * @module
 */

import { byId, create, setHidden, setText } from "./dom.js";
import { reason, whole } from "./format.js";
import { unpack } from "./gzip.js";
import { recalled, remember } from "./memory.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Topic} Topic */

/** How the files of MNIST's kind begin: two zeros, bytes, so many dimensions. */
const IMAGES = "0 0 8 3";
const LABELS = "0 0 8 1";
/** The longer of the two headers, and where in it the number of images stands. */
const HEADER = 16;
const COUNT_AT = 4;

/** Names of other sets of ten, by their publishers (Xiao, Rasul and Vollgraf 2017; Clanuwat et al. 2018). @type {Record<string, string[]>} */
const NAMES = {
  digits: [],
  fashion: ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
  kmnist: ["\u304a o", "\u304d ki", "\u3059 su", "\u3064 tsu", "\u306a na", "\u306f ha", "\u307e ma", "\u3084 ya", "\u308c re", "\u3092 wo"],
};
const KEY = "class-names";
const LONGEST_NAME = 14;

/**
 * @param {{ state: State, redraw(topics: Topic[]): void,
 *   load(images: ArrayBuffer, labels: ArrayBuffer): Promise<unknown>, shipped(): Promise<unknown>, drawings(file: File): void,
 *   say(text: string, error: boolean): void }} page
 * * `drawings`: takes the file of drawings that was dropped
 * * `say`: where it is seen from everywhere
 */
export function createOwnData({ state, redraw, load, shipped, drawings, say: tell }) {
  const input = /** @type {HTMLInputElement} */ (byId("data-files"));
  const progress = /** @type {HTMLProgressElement} */ (byId("data-progress"));
  const choice = /** @type {HTMLSelectElement} */ (byId("names-choice"));
  let busy = false;

  /** @param {string} text @param {boolean} [error] */
  function say(text, error = false) {
    const words = byId("data-words");
    setText(words, text);
    words.dataset.tone = error ? "error" : "hint";
    // Files can be dropped anywhere: what comes of it is said where it is seen.
    tell(text, error);
  }

  /** @param {() => Promise<string>} work */
  async function attempt(work) {
    if (!state.limits) return;
    if (busy) return tell("Other files are still being read: try again when they are in place.", true);
    busy = true;
    progress.hidden = false;
    try {
      say(await work());
    } catch (error) {
      say(`${reason(error)}. The data before are still in place.`, true);
    }
    progress.hidden = true;
    busy = false;
  }

  /** @param {File[]} files */
  const take = (files) => attempt(async () => {
    const { maxExamples, pixels } = /** @type {import("./protocol.js").Limits} */ (state.limits);
    const most = HEADER + maxExamples * pixels;
    if (files.length !== 2) throw new Error(`Your data: expected two files, one of images and one of labels, found ${files.length}`);
    const read = [];
    for (const [place, file] of files.entries()) {
      say(`Reading ${file.name}\u2026`);
      if (file.size > most) throw new Error(`${file.name}: expected at most ${whole(most)} bytes, found ${whole(file.size)}`);
      const told = (/** @type {number} */ share) => (progress.value = (place + share) / files.length);
      const bytes = await unpack(await file.arrayBuffer(), file.name, most, told);
      read.push({ name: file.name, bytes, kind: kindOf(bytes) });
    }
    for (const { name, kind } of read)
      if (kind !== IMAGES && kind !== LABELS)
        throw new Error(`${name}: expected an IDX file that begins with ${IMAGES} (images) or ${LABELS} (labels), found ${kind || "nothing"}`);
    const images = read.find(({ kind }) => kind === IMAGES);
    const labels = read.find(({ kind }) => kind === LABELS);
    if (!images || !labels) throw new Error(`Your data: expected one file of images and one of labels, found two of ${images ? "images" : "labels"}`);
    const count = images.bytes.byteLength < HEADER ? 0 : new DataView(images.bytes).getUint32(COUNT_AT);
    say(`Preparing ${whole(count)} images for the network\u2026`);
    progress.removeAttribute("value");
    await load(images.bytes, labels.bytes);
    return `Your ${whole(count)} images are in place.`;
  });

  input.addEventListener("change", () => {
    void take([...(input.files ?? [])]);
    input.value = "";
  });
  byId("data-shipped").addEventListener("click", () => attempt(async () => {
    await shipped();
    return "";
  }));

  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    const files = [...event.dataTransfer.files];
    if (files.length === 1 && files[0].name.endsWith(".json")) drawings(files[0]);
    else void take(files);
  });

  // The names of the classes -------------------------------------------------------------------------------

  const fields = Array.from({ length: 10 }, (_, digit) => {
    const field = create("input", { type: "text", maxLength: LONGEST_NAME, autocomplete: "off" });
    field.addEventListener("input", () => {
      const names = fields.map(({ value }, k) => value.trim() || String(k));
      rename(names.every((name, k) => name === String(k)) ? [] : names);
    });
    byId("names").append(create("label", {}, String(digit), field));
    return field;
  });
  choice.addEventListener("change", () => rename(NAMES[choice.value] ?? state.names));

  /** Names given to the visitor's own images: those that came with the page are digits, whatever else was looked at before. */
  let given = remembered();
  /** Whose images they are that stand on the page. */
  let own = false;

  /** @param {string[]} names */
  function rename(names) {
    given = names;
    remember(KEY, JSON.stringify(names));
    call(names);
  }

  /** @param {string[]} names */
  function call(names) {
    state.names = names;
    redraw(["options", "reading", "network", "gradient", "neuron", "evaluation"]);
  }

  return {
    /** @param {Set<Topic>} changed */
    draw(changed) {
      if (!changed.has("options")) return;
      const { counts, data, options } = state;
      if (data.own !== own) {
        own = data.own;
        call(own ? given : []);
      }
      const { names } = state;
      setHidden(byId("data-shipped"), !data.own, input);
      fields.forEach((field, digit) => {
        if (document.activeElement !== field) field.value = names[digit] ?? String(digit);
      });
      choice.value = Object.keys(NAMES).find((name) => NAMES[name].join() === names.join()) ?? "own";
      if (!counts) return;
      const from = `${data.own ? "from your files" : "that came with the page"}${data.taught ? " and your drawings, several times each" : ""}`;
      setText(byId("data-counts"), `It learns from ${whole(options?.trainingExamples ?? counts.train)} images ${from}, and ${whole(counts.test)} are held back. ${memory(data.memory)}`);
    },
  };
}

/** @param {number} bytes */
function memory(bytes) {
  return bytes > 0 ? `The worker holds ${whole(bytes / 2 ** 20)} MB of memory.` : "";
}

/** The first bytes of a file, as people write them. @param {ArrayBuffer} file */
function kindOf(file) {
  return new Uint8Array(file, 0, Math.min(4, file.byteLength)).join(" ");
}

/** @returns {string[]} */
function remembered() {
  try {
    const names = JSON.parse(recalled(KEY) ?? "[]");
    const sound = Array.isArray(names) && names.length === 10 && names.every((name) => typeof name === "string" && name.length <= LONGEST_NAME);
    return sound ? names : [];
  } catch {
    return [];
  }
}
