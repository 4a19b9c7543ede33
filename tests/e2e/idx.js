// IDX files, as MNIST comes in them, made in memory.
import { createRandom } from "./random.js";

/** @typedef {{ images: Uint8Array, labels: Uint8Array }} Files */

/** Header of a file of unsigned bytes, big-endian. @param {number[]} sizes */
function header(...sizes) {
  const bytes = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  bytes.setUint32(0, 0x0800 + sizes.length);
  sizes.forEach((size, i) => bytes.setUint32(4 + 4 * i, size));
  return new Uint8Array(bytes.buffer);
}

/** @param {Uint8Array[]} parts */
function join(...parts) {
  return new Uint8Array(Buffer.concat(parts));
}

/**
 * Images that are easy to tell apart: each digit is a bar at a height of its own, with some noise.
 * @param {number} count @param {{ seed?: number, side?: number }} [options]
 * @returns {Files}
 */
export function makeIdx(count, { seed = 1, side = 28 } = {}) {
  const random = createRandom(seed);
  const pixels = new Uint8Array(count * side * side);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const digit = (labels[i] = i % 10);
    const left = 4 + Math.floor(4 * random());
    for (let y = 3 + 2 * digit; y < 6 + 2 * digit; y++) {
      for (let x = left; x < left + 16; x++) pixels[(i * side + y) * side + x] = 160 + Math.floor(96 * random());
    }
  }
  return { images: join(header(count, side, side), pixels), labels: join(header(count), labels) };
}

/** A copy with some bytes replaced. @param {Uint8Array} file @param {number} at @param {number[]} bytes */
export function patched(file, at, bytes) {
  const copy = file.slice();
  copy.set(bytes, at);
  return copy;
}
