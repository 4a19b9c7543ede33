/**
 * Images that are changed before they are trained on, ahead of the training, in a worker of their own: changing one takes
 * longer than learning from it. The runs are the same, to the last bit, whether the images come in time, late or never.
 *
 * @module
 */

/** So many images are asked for at once, and so many lie ready or are asked for at most. */
const AT_ONCE = 1000;
const AT_MOST = 6000;
/** The page and the training have a core each before there is one for this. */
const CORES = 3;

/**
 * @typedef {{ epoch: number, position: number }} Place
 * @typedef {{ type: "begin", run: number, images: Uint8Array, straighten: boolean, seed: number }
 *   | { type: "make", run: number, epoch: number, position: number, count: number }
 *   | { type: "end", run: number }} ToPreparer
 * @typedef {{ run: number, epoch: number, position: number, images: Uint32Array }} FromPreparer
 */

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
    /** For one run. @param {number} run @param {any} session */
    serve(run, session) {
      let begun = false;
      let asked = 0;
      /** Where what was asked for ends. @type {Place | null} */
      let end = null;
      let batchSize = 0;

      /** Where the batch begins after so many others. @param {number} batches @returns {Place} */
      function place(batches) {
        const [epoch, position] = session.batch_after(batches);
        return { epoch, position };
      }

      /** @param {FromPreparer} made */
      function take({ epoch, position, images }) {
        asked--;
        session.take_ahead(epoch, position, images);
      }

      /** @param {import("./protocol.js").Options} options */
      function begin({ straighten, seed }) {
        begun = true;
        /** @type {Uint8Array} */
        const images = session.images_to_augment();
        takers.set(run, take);
        post({ type: "begin", run, images, straighten, seed }, [images.buffer]);
      }

      return {
        /** Sees to it that images lie ready for the training to come. @param {import("./protocol.js").Options} options */
        supply(options) {
          if (!able || !options.augment) return;
          if (!begun) begin(options);
          const batches = Math.max(1, Math.round(AT_ONCE / options.batchSize));
          const count = batches * options.batchSize;
          const now = place(0);
          const lead = end ? (end.epoch - now.epoch) * options.trainingExamples + end.position - now.position : -1;
          // Overtaken, or the run went to another place: from a little further on.
          if (!end || batchSize !== options.batchSize || lead < 0 || lead > AT_MOST + 2 * count) {
            end = place(batches);
          }
          batchSize = options.batchSize;
          let ready = session.ahead() + asked * count;
          for (; able && (ready === 0 || ready + count <= AT_MOST); ready += count) {
            post({ type: "make", run, count, ...end });
            asked++;
            end = after(end, count, options.trainingExamples);
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
