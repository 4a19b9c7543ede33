/**
 * The worker's answers about single images: which were misread, why, what they came through, the visitor's own.
 *
 * @module
 */

/** @typedef {typeof import("../descent.js")} Core */
/** @typedef {import("../descent.js").Session} Session */
/** @typedef {ReturnType<typeof import("./run.js").createRun>} Run */
/** @typedef {"survey" | "cell" | "why" | "batch" | "journey" | "average-views" | "keep-drawings" | "read-drawings"} Inquiry */

/** So many first-layer neurons are told of in a reading's evidence, and so many images that resemble it. */
const VOICES = 8;
const NEAR = 3;
/** Averaging takes sixteen times as long: on training images a part has to do. */
const AVERAGED_AT_MOST = 1000;

/**
 * @param {{ core: Core, limits: import("./protocol.js").Limits, find(run: number): Run, data(): import("../descent.js").Dataset,
 *   image: ReturnType<typeof import("./image.js").createImage>, sessions(): Session[], look(): void }} desk
 * @returns {{ drawings(): import("../descent.js").Drawings, handlers: Pick<import("./protocol.js").Handlers, Inquiry> }}
 */
export function createInquiries({ core, limits, find, data, image, sessions, look }) {
  const { pixels: length } = limits;
  /** The visitor's labelled drawings. */
  let drawings = new core.Drawings();

  /** How many images are looked at. @param {Session} session @param {{ set: string, limit: number }} message */
  function most(session, { set, limit }) {
    return session.averaging && set === "train" ? AVERAGED_AT_MOST : limit;
  }

  /** The images behind some readings, one after the other, 0..255. @param {string} set @param {{ index: number }[]} readings */
  function pictures(set, readings) {
    const all = new Uint8Array(readings.length * length);
    const pixels = new Float32Array(length);
    readings.forEach(({ index }, place) => {
      data().example(set, index, pixels);
      all.set(pixels, place * length);
    });
    return all;
  }

  /** What the network sees of training images: a row of pixels for each. @param {Session} session @param {Uint32Array} indices */
  function inputsOf(session, indices) {
    const inputs = new Float32Array(indices.length * length);
    const input = new Float32Array(length);
    indices.forEach((index, place) => {
      session.training_input(index, input);
      inputs.set(input, place * length);
    });
    return inputs;
  }

  return {
    drawings: () => drawings,

    handlers: {
      survey: (m) => {
        const { session } = find(m.run);
        const survey = session.survey(m.set, most(session, m), m.count);
        return { ...survey, set: m.set, pictures: pictures(m.set, survey.mistakes) };
      },
      cell: (m) => {
        const { session } = find(m.run);
        const readings = session.behind(m.set, most(session, m), m.label, m.read, m.count);
        return { readings, pictures: pictures(m.set, readings) };
      },

      why: (m) => {
        const run = find(m.run);
        const { session } = run;
        const input = run.input();
        if (!input) return null;
        const shares = new Float32Array(length);
        const products = new Float32Array(VOICES * length);
        const evidence = session.evidence(input, shares, products);
        /** @type {import("./protocol.js").Why["near"]} */
        const near = session.nearest(input, NEAR);
        const inputs = inputsOf(session, Uint32Array.from(near, ({ index }) => index));
        const { straighten } = session.options();
        const otherwise = image.input(session, !straighten);
        const other = otherwise && { straightened: !straighten, input: otherwise, digit: session.predict_input(otherwise) };
        return { ...evidence, input, shares, products, near, inputs, other };
      },
      batch: (m) => {
        const { session } = find(m.run);
        const all = session.coming();
        const shown = all.subarray(0, m.count);
        const inputs = inputsOf(session, shown);
        const examples = Array.from(shown, (index, place) => {
          const input = inputs.subarray(place * length, (place + 1) * length);
          const label = session.told(index);
          return { index, label, digit: session.predict_input(input), cost: session.cost_of(input, label) };
        });
        return { size: all.length, examples, inputs };
      },
      journey: (m) => image.journey(find(m.run).session, m.side),

      "average-views": (m) => {
        for (const session of sessions()) session.averaging = m.on;
        look();
      },

      // The old ones stay when one of the new is refused.
      "keep-drawings": (m) => {
        let other = new core.Drawings();
        let [point, stroke] = [0, 0];
        try {
          m.labels.forEach((label, place) => {
            const lengths = m.lengths.slice(stroke, (stroke += m.strokes[place]));
            const count = 2 * lengths.reduce((sum, one) => sum + one, 0);
            other.add(m.points.slice(point, (point += count)), lengths, label);
          });
          [drawings, other] = [other, drawings];
        } finally {
          other.free();
        }
      },
      "read-drawings": (m) => ({ readings: find(m.run).session.read_drawings(drawings), pictures: drawings.pictures() }),
    },
  };
}
