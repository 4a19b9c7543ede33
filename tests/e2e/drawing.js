// Draws digits on the pad with the mouse, as a visitor would.
import { existsSync, readFileSync } from "node:fs";
import { env } from "node:process";
import { gunzipSync } from "node:zlib";
import { boxOf, settle } from "./site.js";

/** @typedef {{ label: number, strokes: [number, number][][] }} Digit strokes in any unit, y down */

/** Two ways to write each digit. @type {Digit[]} */
export const OWN_DIGITS = JSON.parse(readFileSync(new URL("strokes.json", import.meta.url), "utf8"));

const FOLDER = env.STROKES ?? new URL("../../../shared/strokes/", import.meta.url);

/**
 * Digits by many writers (Unipen, CC BY 4.0), which are not part of the project: from a folder beside it, or the one
 * that STROKES names. @returns {Digit[] | null} null when they are not there
 */
export function realDigits() {
  const file = new URL("unipen-digits-dev.jsonl.gz", typeof FOLDER === "string" ? `file://${FOLDER}/` : FOLDER);
  if (!existsSync(file)) return null;
  return gunzipSync(readFileSync(file))
    .toString("utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** How far the ends of a stroke stay from the edge of the pad, in CSS pixels. */
const MARGIN = 6;

/**
 * Clears the pad and draws a digit on it, its longer side `size` CSS pixels (less where the pad is smaller), at a
 * place given by two numbers from 0 to 1. Settles when the page has read it.
 * @param {import("puppeteer-core").Page} page
 * @param {Digit} digit
 * @param {{ size: number, across: number, down: number }} where
 */
export async function draw(page, digit, { size, across, down }) {
  await page.$eval("#clear", (button) => /** @type {HTMLElement} */ (button).click());
  const pad = await boxOf(page, "#pad");
  const xs = digit.strokes.flatMap((stroke) => stroke.map(([x]) => x));
  const ys = digit.strokes.flatMap((stroke) => stroke.map(([, y]) => y));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  const room = Math.min(pad.width, pad.height) - 2 * MARGIN;
  const scale = Math.min(size, room) / Math.max(width, height, 1e-6);
  const x0 = pad.x + MARGIN + across * (pad.width - 2 * MARGIN - width * scale);
  const y0 = pad.y + MARGIN + down * (pad.height - 2 * MARGIN - height * scale);
  for (const stroke of digit.strokes) {
    const points = stroke.map(([x, y]) => [x0 + (x - left) * scale, y0 + (y - top) * scale]);
    await page.mouse.move(points[0][0], points[0][1]);
    await page.mouse.down();
    // Not one by one, each until the next frame: a browser hands on what a fast hand does within a frame together.
    await Promise.all(points.slice(1).map(([x, y]) => page.mouse.move(x, y)));
    await page.mouse.up();
  }
  await settle(page);
}
