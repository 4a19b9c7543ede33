/**
 * Matrix products in Rust, compiled to wasm: see ../naive-ndarray.
 *
 * @module
 */

import init, { Naive } from "../naive_ndarray.js";
import { answer, contest } from "./harness.js";

/** @param {import("./harness.js").Problem} problem @returns {Promise<import("./harness.js").Entrant>} */
async function create({ sizes, batchSize, rate, parameters, inputs, labels }) {
  await init();
  const network = new Naive(Uint32Array.from(sizes), parameters, inputs, labels);
  return {
    train: () => network.step(batchSize, rate),
    parameters: () => network.parameters(),
    predict: (example) => network.predict(example),
  };
}

answer(contest(create));
