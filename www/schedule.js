// @ts-check
/**
 * Which pictures are drawn in a frame, and which can wait for a later one, so that no frame takes long.
 *
 * @module
 */

/** @typedef {import("./state.js").Topic} Topic */

/**
 * When a frame's pictures have taken this long, the others wait for the next frame, where they come first: the eye misses
 * a frame before it misses one part of it.
 */
const FRAME_MS = 5;

/**
 * @template {{ topics: Topic[], every: number, prompt?: Topic }} P  `every`: milliseconds that at least pass between two
 *   drawings while a run goes on, but for what is `prompt`
 * @param {P[]} pictures
 * @param {(picture: P, now: number) => unknown} draw  true when the picture is still moving
 * @param {() => number} [clock] milliseconds
 */
export function createSchedule(pictures, draw, clock = () => performance.now()) {
  /** Pictures that wait for a later frame. @type {Set<P>} */
  const late = new Set();
  /** @type {Map<P, number>} */
  const drawnAt = new Map();

  return {
    /**
     * Draws what shows a changed topic.
     * @param {Set<Topic>} changed @param {number} now milliseconds @param {boolean} running
     * @returns {Topic[]} of pictures still on their way, to be drawn again in the next frame
     */
    draw(changed, now, running) {
      /** @type {Topic[]} */
      const moving = [];
      const begun = clock();
      const prompt = (/** @type {P} */ picture) => picture.prompt !== undefined && changed.has(picture.prompt);
      const due = pictures.filter((picture) => !late.has(picture) && (prompt(picture) || picture.topics.some((topic) => changed.has(topic))));
      const first = [...late];
      late.clear();
      for (const picture of [...first, ...due]) {
        const early = running && !prompt(picture) && now - (drawnAt.get(picture) ?? -Infinity) < picture.every;
        if (early || (!first.includes(picture) && clock() - begun > FRAME_MS)) {
          late.add(picture);
          continue;
        }
        drawnAt.set(picture, now);
        if (draw(picture, now) === true) moving.push(...picture.topics);
      }
      return late.size > 0 ? [...moving, "late"] : moving;
    },
  };
}
