/**
 * Images that are changed before they are trained on, ahead of the training, in a worker of their own: changing one takes
 * longer than learning from it. The runs are the same, to the last bit, whether the images come in time, late or never.
 *
 * @module
 */

/** Images in one request. */
const AT_ONCE = 1000;
/** Requests under way at the same time. */
const ASKED = 3;
/** Images that lie ready at most. */
const READY = 6000;
/** Images should come when the run is so many examples before them: it takes them between two slices of its training. */
const EARLY = 1500;
/** How quickly the distance at which they are asked for follows what is found. */
const FOLLOW = 0.3;
/** The page and the training have a core each before there is one for this. */
const CORES = 3;

/**
 * @typedef {{ epoch: number, position: number }} Place
 * @typedef {{ type: "begin", run: number, images: Uint8Array, straighten: boolean, seed: number }
 *   | { type: "make", run: number, epoch: number, position: number, count: number }
 *   | { type: "end", run: number }} ToPreparer
 * @typedef {{ run: number, epoch: number, position: number, images: Uint8Array }} FromPreparer
 */

/** @typedef {Pick<import("../descent.js").Session, "ahead" | "batch_after" | "images_to_augment" | "take_ahead">} Source */

/**
 * @param {{ spawn?(): Worker, cores?: number }} [setup]  how the other worker is started, and how many cores there are
 */
export function createAhead({ spawn = start, cores = navigator.hardwareConcurrency } = {}) {
  /** @type {Worker | null} */
  let worker = null;
  let able = cores >= CORES;
  /** What to do with the images of each run. @type {Map<number, (made: FromPreparer) => void>} */
  const takers = new Map();

  /** @param {ToPreparer} message @param {Transferable[]} [transfer] */
  function post(message, transfer = []) {
    if (!able) return;
    try {
      if (!worker) {
        worker = spawn();
        worker.addEventListener("message", (event) => takers.get(event.data.run)?.(event.data));
        for (const lost of ["error", "messageerror"]) worker.addEventListener(lost, giveUp);
      }
      worker.postMessage(message, transfer);
    } catch {
      giveUp();
    }
  }

  /** Without it, training makes its images itself. */
  function giveUp() {
    able = false;
    worker?.terminate();
    takers.clear();
  }

  return {
    /** For one run. @param {number} run @param {Source} session */
    serve(run, session) {
      let begun = false;
      let asked = 0;
      /** Where what was asked for ends. @type {Place | null} */
      let end = null;
      /**
       * How far before the run the next images are asked for, in examples. Where the other worker is the slower one, the run
       * makes those between by itself, rather than what the other is about to bring.
       */
      let lead = 2 * AT_ONCE;
      /** Where the run was when it was last supplied. @type {Place | null} */
      let at = null;
      let batchSize = 0;
      let examples = 0;

      /** Where the batch begins after so many others. @param {number} batches @returns {Place} */
      function place(batches) {
        const [epoch, position] = session.batch_after(batches);
        return { epoch, position };
      }

      /** How many examples lie between the run and a place. @param {Place} to */
      function distance(to) {
        const from = place(0);
        return (to.epoch - from.epoch) * examples + to.position - from.position;
      }

      /** @param {FromPreparer} made */
      function take({ epoch, position, images }) {
        asked--;
        const early = distance({ epoch, position });
        lead = Math.max(0, Math.min(READY, lead + FOLLOW * (EARLY - early)));
        session.take_ahead(epoch, position, images);
      }

      /** Where the next images are wanted. @returns {Place} */
      function next() {
        return end && distance(end) >= lead ? end : place(Math.ceil(lead / batchSize));
      }

      /** @param {import("./protocol.js").Options} options */
      function begin({ straighten, seed }) {
        begun = true;
        const images = session.images_to_augment();
        if (!images) return;
        takers.set(run, take);
        post({ type: "begin", run, images, straighten, seed }, [images.buffer]);
      }

      return {
        /** Sees to it that images lie ready for the training to come. @param {import("./protocol.js").Options} options */
        supply(options) {
          if (!able || !options.augment) return;
          if (!begun) begin(options);
          // Gone back, or on in other batches: what was asked for is not what comes next.
          if (batchSize !== options.batchSize || (at && distance(at) > 0)) end = null;
          at = place(0);
          ({ batchSize, trainingExamples: examples } = options);
          const count = Math.max(1, Math.round(AT_ONCE / batchSize)) * batchSize;
          while (able && asked < ASKED && (session.ahead() === 0 || session.ahead() + (asked + 1) * count <= READY)) {
            const start = next();
            post({ type: "make", run, count, ...start });
            asked++;
            end = after(start, count, examples);
          }
        },

        end() {
          takers.delete(run);
          if (begun) post({ type: "end", run });
        },
      };
    },
  };
}

/** @param {Place} place @param {number} count @param {number} examples of an epoch @returns {Place} */
function after({ epoch, position }, count, examples) {
  return position + count < examples ? { epoch, position: position + count } : { epoch: epoch + 1, position: 0 };
}

function start() {
  return new Worker(new URL("./preparer.js", import.meta.url), { type: "module" });
}
