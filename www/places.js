// @ts-check
/**
 * Where a parameter belongs, and what people call it. Layers are counted from the input, which is 0; neurons and pixels
 * in the core's order from 0, on the page from 1.
 *
 * @module
 */

/** @typedef {import("./protocol.js").Place} Place */

const ORDINALS = ["", "first", "second", "third"];

/** The parameter at an index: weights [in, out], then biases, layer by layer. @param {number} index @param {number[]} sizes @returns {Place} */
export function placeOf(index, sizes) {
  let start = 0;
  for (let layer = 0; ; layer++) {
    const [inputs, outputs] = [sizes[layer], sizes[layer + 1]];
    const at = index - start;
    const weights = inputs * outputs;
    if (at < weights) return { index, layer, from: Math.floor(at / outputs), to: at % outputs };
    if (at < weights + outputs) return { index, layer, from: null, to: at - weights };
    start += weights + outputs;
  }
}

/** @param {number} layer @param {number} neuron @param {number[]} sizes @param {string[]} [names] of the outputs, where they are not digits */
export function neuronName(layer, neuron, sizes, names = []) {
  if (layer === 0) {
    const side = Math.round(Math.sqrt(sizes[0]));
    return `pixel (${(neuron % side) + 1}, ${Math.floor(neuron / side) + 1})`;
  }
  if (layer === sizes.length - 1) return `\u201c${names[neuron] ?? neuron}\u201d`;
  return sizes.length === 3 ? `hidden neuron ${neuron + 1}` : `${ORDINALS[layer]} layer ${neuron + 1}`;
}

/** @param {Place} place @param {number[]} sizes @param {string[]} [names] of the outputs, where they are not digits */
export function parameterName({ layer, from, to }, sizes, names) {
  const target = neuronName(layer + 1, to, sizes, names);
  if (from === null) return `bias of ${target}`;
  // Behind a pixel it can be no other layer's.
  return `${neuronName(layer, from, sizes)} \u2192 ${layer === 0 ? `neuron ${to + 1}` : target}`;
}
