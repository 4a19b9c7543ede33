/**
 * The worker's answers about single images: which were misread, why, what they came through, the visitor's own.
 *
 * @module
 */

/** @typedef {ReturnType<typeof import("./run.js").createRun>} Run */

/** So many first-layer neurons are told of in a reading's evidence, and so many images that resemble it. */
const VOICES = 8;
const NEAR = 3;
/** Averaging takes sixteen times as long: on training images a part has to do. */
const AVERAGED_AT_MOST = 1000;

/**
 * @param {{ core: any, limits: import("./protocol.js").Limits, find(run: number): Run, data(): any,
 *   image: ReturnType<typeof import("./image.js").createImage>, sessions(): any[], look(): void }} desk
 * @returns {{ drawings(): any, handlers: Record<string, (message: any) => unknown> }}
 */
export function createInquiries({ core, limits, find, data, image, sessions, look }) {
  const { pixels: length } = limits;
  /** The visitor's labelled drawings. */
  let drawings = new core.Drawings();

  /** How many images are looked at. @param {any} session @param {{ set: string, limit: number }} message */
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
        const near = session.nearest(input, NEAR);
        const inputs = new Float32Array(near.length * length);
        const one = new Float32Array(length);
        near.forEach((/** @type {{ index: number }} */ { index }, /** @type {number} */ place) => {
          session.training_input(index, one);
          inputs.set(one, place * length);
        });
        const { straighten } = session.options();
        const otherwise = image.input(session, !straighten);
        const other = otherwise && { straightened: !straighten, input: otherwise, digit: session.predict_input(otherwise) };
        return { ...evidence, input, shares, products, near, inputs, other };
      },
      batch: (m) => {
        const { session } = find(m.run);
        const all = session.coming();
        const shown = all.subarray(0, m.count);
        const inputs = new Float32Array(shown.length * length);
        const one = new Float32Array(length);
        const examples = Array.from(shown, (/** @type {number} */ index, /** @type {number} */ place) => {
          session.training_input(index, one);
          inputs.set(one, place * length);
          const label = session.told(index);
          return { index, label, digit: session.predict_input(one), cost: session.cost_of(one, label) };
        });
        return { size: all.length, examples, inputs };
      },
      journey: (m) => image.journey(find(m.run).session, m.side) ?? null,

      "average-views": (m) => {
        for (const session of sessions()) session.averaging = m.on;
        look();
      },

      // The old ones stay when one of the new is refused.
      "keep-drawings": (m) => {
        let other = new core.Drawings();
        let [point, stroke] = [0, 0];
        try {
          m.labels.forEach((/** @type {number} */ label, /** @type {number} */ place) => {
            const lengths = m.lengths.slice(stroke, (stroke += m.strokes[place]));
            const count = 2 * lengths.reduce((/** @type {number} */ sum, /** @type {number} */ one) => sum + one, 0);
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
