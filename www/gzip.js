/**
 * Files that came packed by gzip, unpacked by the browser.
 *
 * @module
 */

/** The first two bytes of every gzip file. */
const MAGIC = [0x1f, 0x8b];
/** Header and the eight bytes behind the content: no gzip file is shorter (RFC 1952). */
const SHORTEST = 18;

/**
 * The bytes of a file, taken out of gzip if it is packed.
 *
 * @param {ArrayBuffer} file
 * @param {string} what the file, as messages call it
 * @param {number} limit bytes; a small file can unpack to any size, and no more than this is taken
 * @param {(share: number) => void} [progress] hears how much of a packed file is unpacked, 0 to 1
 * @returns {Promise<ArrayBuffer>}
 */
export async function unpack(file, what, limit, progress) {
  const start = new Uint8Array(file, 0, Math.min(file.byteLength, MAGIC.length));
  if (MAGIC.some((byte, place) => start[place] !== byte)) {
    if (file.byteLength > limit) throw new Error(`${what}: expected at most ${limit} bytes, found ${file.byteLength}`);
    return file;
  }
  if (file.byteLength < SHORTEST) throw new Error(`${what}: expected a whole gzip file, found ${file.byteLength} bytes`);
  const reader = new Blob([file]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  // The last word of a gzip file says how long its content is.
  const whole = new DataView(file).getUint32(file.byteLength - 4, true);
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new Error(`${what}: expected a whole gzip file, found one that breaks off or is damaged`);
    });
    if (done) return new Blob(parts).arrayBuffer();
    parts.push(/** @type {Uint8Array<ArrayBuffer>} */ (value));
    length += value.byteLength;
    progress?.(Math.min(1, length / whole));
    if (length > limit) {
      await reader.cancel();
      throw new Error(`${what}: expected at most ${limit} bytes, found more once unpacked`);
    }
  }
}
