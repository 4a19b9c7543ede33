/**
 * The image that stands before the networks of this worker: a drawing, an unseen image, noise, or nothing.
 * It outlives the runs, so that a restart reads the same drawing again.
 *
 * @module
 */

/** Grey levels of the data set run from 0 to this; the network's input from 0 to 1. */
const FULL_INK = 255;

/** @typedef {import("../descent.js").Session} Session */

/** @param {import("./protocol.js").Limits} limits */
export function createImage(limits) {
  /** @type {(session: Session, input: Float32Array, straighten?: boolean) => boolean} */
  let prepare = () => false;
  /** What the core knows of the way to the input. @type {(session: Session, side: number) => import("./protocol.js").Journey | null | undefined} */
  let journey = () => null;
  /** The digit it is, when that is known. @type {number | null} */
  let label = null;

  return {
    label: () => label,

    clear() {
      label = null;
      prepare = () => false;
      journey = () => null;
    },

    /** @param {Float64Array} points @param {Uint32Array} lengths @param {number | null} digit what it was drawn as, if that is known */
    strokes(points, lengths, digit) {
      label = digit;
      prepare = (session, input, straighten) => session.prepare_strokes(points, lengths, input, straighten);
      journey = (session, side) => session.journey_of_strokes(points, lengths, side);
    },

    /** An image of the data set, prepared like those the network learns from. @param {Float32Array} pixels @param {number} digit */
    pixels(pixels, digit) {
      label = digit;
      prepare = (session, input, straighten) => {
        session.prepare(pixels, input, straighten);
        return true;
      };
      journey = (session) => session.journey(pixels);
    },

    /** Noise goes in as it is: straightened, it would no longer be noise. @param {Float32Array} pixels */
    raw(pixels) {
      label = null;
      journey = () => null;
      prepare = (_session, input, straighten) => {
        // Noise is never straightened: there is no other way to see it.
        if (straighten !== undefined) return false;
        input.forEach((_, index) => (input[index] = pixels[index] / FULL_INK));
        return true;
      };
    },

    /**
     * What a session's network sees: a fresh array of 0..1, or null when there is nothing to see.
     * @param {Session} session @param {boolean} [straighten] otherwise than the option says
     */
    input(session, straighten) {
      const input = new Float32Array(limits.pixels);
      return prepare(session, input, straighten) ? input : null;
    },

    /**
     * How it came there from a pad of this side, or from the data set.
     * @param {Session} session @param {number} side @returns {import("./protocol.js").Journey | null}
     */
    journey: (session, side) => journey(session, side) ?? null,
  };
}
