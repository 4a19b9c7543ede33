/**
 * The worker's side of the plane: lays one through where a run stands and measures the cost over it from coarse to fine, a
 * few milliseconds at a time, so that training is hardly held up.
 *
 * @module
 */

/** Points along each side of the grids that are measured one after the other; the coarsest only where nothing is seen yet, the finest when the run stands still. */
const SIDES = [11, 21, 41];
/** Longest piece of measuring. */
const PIECE_MS = 4;
/** After a plane is complete, nothing is done for so many times as long as it took. */
const REST = 3;
/** And at least for this long: contours that change faster are not looked at. */
const REST_MS = 250;

/** @typedef {import("./protocol.js").SeededPlane} SeededPlane */

/**
 * @param {{ number: number, session: Pick<import("../descent.js").Session, "plane" | "plane_costs">, watched: { aspect: number | null, seed?: number | null, kept?: number },
 *   send(message: import("./protocol.js").FromWorker, transfer?: Transferable[]): void, now(): number }} setup
 *   `watched.aspect`: width over height of the picture, null while nobody looks at it; `seed`: of random directions, null
 *   for those of the path; `kept`: another number when another run is kept beside this one
 */
export function createSurface({ number, session, watched, send, now }) {
  /** @type {{ laid: SeededPlane, level: number, costs: Float32Array, next: number } | null} */
  let job = null;
  /** The step of the last plane that was begun, and the form it was asked for in. */
  let begun = { step: -1, asked: "", complete: false };
  /** The form that the last one sent was asked for in. */
  let seen = "";
  let spentMs = 0;
  let restUntil = -Infinity;

  /** @param {number} step @param {boolean} still */
  function wanted(step, still) {
    return begun.step !== step || begun.asked !== asked() || (still && !begun.complete);
  }

  /** What is looked at, and how. */
  function asked() {
    return `${watched.aspect} ${watched.seed} ${watched.kept}`;
  }

  /** @param {SeededPlane} laid @param {number} level */
  function grid(laid, level) {
    return { laid, level, costs: new Float32Array(SIDES[level] ** 2), next: 0 };
  }

  return {
    /** Milliseconds until there is something to do; Infinity when there is nothing. @param {number} step @param {boolean} still */
    wait(step, still) {
      if (watched.aspect === null) return Infinity;
      if (job) return 0;
      return wanted(step, still) ? Math.max(0, restUntil - now()) : Infinity;
    },

    /** The path is another one, though the step may be the same. */
    renew() {
      job = null;
      begun = { step: -1, asked: "", complete: false };
    },

    /**
     * One piece of work, if any is due.
     * @param {number} step where the run is @param {boolean} still whether it stays there
     */
    advance(step, still) {
      if (watched.aspect === null) job = null;
      if (watched.aspect === null || (!job && !(wanted(step, still) && now() >= restUntil))) return;
      const start = now();
      if (!job) {
        begun = { step, asked: asked(), complete: false };
        spentMs = 0;
        const laid = session.plane(watched.aspect, watched.seed ?? undefined);
        begun.complete = !laid;
        if (!laid) {
          // The path began anew: what is seen belongs to another.
          if (seen) send({ type: "no-plane", run: number });
          seen = "";
          return;
        }
        job = grid({ ...laid, seed: watched.seed ?? null }, seen === begun.asked ? 1 : 0);
      }
      const side = SIDES[job.level];
      job.next = session.plane_costs(side, job.costs, job.next, PIECE_MS);
      spentMs += now() - start;
      if (job.next < job.costs.length) return;
      const { laid, level, costs } = job;
      send({ type: "plane", run: number, ...laid, side, costs }, [costs.buffer]);
      seen = begun.asked;
      const finest = level + 2 === SIDES.length;
      begun.complete = level + 1 === SIDES.length;
      job = begun.complete || (finest && !still) ? null : grid(laid, level + 1);
      if (!job) restUntil = now() + Math.max(REST_MS, REST * spentMs);
    },
  };
}
