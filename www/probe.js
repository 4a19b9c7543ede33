// @ts-check
/**
 * What the page needs of the browser, and what of it is missing.
 *
 * @module
 */

/** The smallest module with a 128-bit vector in it: (func (result v128) i32.const 0, i8x16.splat, i8x16.popcnt). */
const SIMD = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11);

/** The plain name of what is missing, or null when all is there. */
export function missingFeature() {
  if (typeof WebAssembly !== "object") return "WebAssembly";
  if (!WebAssembly.validate(SIMD)) return "WebAssembly with 128-bit vectors (simd128)";
  if (typeof Worker !== "function") return "workers";
  return null;
}

/**
 * A worker from a module. A browser that knows such workers reads the option `type`.
 * @param {URL} url
 */
export function startModuleWorker(url) {
  let asked = false;
  const worker = new Worker(url, {
    get type() {
      asked = true;
      return /** @type {const} */ ("module");
    },
  });
  if (asked) return worker;
  worker.terminate();
  throw new Error("this browser lacks module workers");
}
