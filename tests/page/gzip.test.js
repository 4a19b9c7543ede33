import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { unpack } from "../../www/gzip.js";

/** @param {Uint8Array} bytes @returns {ArrayBuffer} */
const buffer = (bytes) => new Uint8Array(bytes).buffer;
const content = new TextEncoder().encode("digits, ".repeat(10_000));

test("plain files stay as they are", async () => {
  const file = buffer(content);
  assert.equal(await unpack(file, "labels", content.length), file);
  assert.equal((await unpack(new ArrayBuffer(0), "labels", 10)).byteLength, 0);
});

test("packed files are unpacked", async () => {
  const found = await unpack(buffer(gzipSync(content)), "labels", content.length);
  assert.deepEqual(new Uint8Array(found), content);
});

test("how much is unpacked is told, and never more than all, whatever a file says of its length", async () => {
  const packed = gzipSync(content);
  for (const length of [content.length, 1]) {
    const file = buffer(packed);
    new DataView(file).setUint32(packed.length - 4, length, true);
    /** @type {number[]} */
    const told = [];
    await unpack(file, "labels", content.length, (share) => void told.push(share)).catch(() => {});
    assert.equal(told.at(-1), 1);
    assert.deepEqual(told, told.toSorted((a, b) => a - b));
    assert.ok(told.every((share) => share > 0 && share <= 1), `${told}`);
  }
});

test("broken and oversized ones are refused", async () => {
  const packed = gzipSync(content);
  await assert.rejects(unpack(buffer(packed.subarray(0, 40)), "images", 1e9), /images: expected a whole gzip file/);
  for (const limit of [100, content.length - 1]) await assert.rejects(unpack(buffer(packed), "images", limit), new RegExp(`images: expected at most ${limit} bytes`));
  await assert.rejects(unpack(buffer(content), "images", 100), /images: expected at most 100 bytes, found 80000/);
});

test("what only begins like a packed file is refused by its length", async () => {
  const packed = gzipSync(new Uint8Array(0));
  for (const length of [2, 3, 4, 17])
    await assert.rejects(unpack(buffer(packed.subarray(0, length)), "images", 1e9), { message: `images: expected a whole gzip file, found ${length} bytes` });
  assert.equal((await unpack(buffer(gzipSync(new Uint8Array(0), { level: 0 })), "images", 0)).byteLength, 0);
});
