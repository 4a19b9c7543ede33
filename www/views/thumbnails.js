// @ts-check
/** Small images in a row, each a button with a caption: to be looked at, and to be put before the network. */

import { createPixels } from "../canvas.js";
import { create } from "../dom.js";
import { palette } from "../palette.js";

/**
 * @typedef {object} Thumbnail
 * @property {ArrayLike<number>} pixels  side x side, ink high
 * @property {string} caption
 * @property {string} name  what it is, for those who do not see it
 * @property {string} [detail]  under the caption
 * @property {number} [share]  0..1: a bar of that length under the picture
 *
 * @typedef {object} ThumbnailData
 * @property {Thumbnail[]} items
 * @property {number} side
 * @property {number} full  the value of full ink: 255 for images, 1 for inputs
 */

/**
 * @param {HTMLElement} element
 * @param {(place: number) => void} onChoose
 */
export function createThumbnails(element, onChoose) {
  /** @type {{ button: HTMLButtonElement, canvas: HTMLCanvasElement, caption: HTMLElement, detail: HTMLElement | null }[]} */
  const parts = [];
  element.classList.add("thumbnails");
  element.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("button");
    const place = parts.findIndex((part) => part.button === button);
    if (place >= 0) onChoose(place);
  });

  function add() {
    const canvas = create("canvas");
    const caption = create("span");
    const button = create("button", { type: "button" }, canvas, caption);
    element.append(button);
    parts.push({ button, canvas, caption, detail: null });
  }

  return {
    /** @param {ThumbnailData} data */
    draw({ items, side, full }) {
      while (parts.length < items.length) add();
      while (parts.length > items.length) parts.pop()?.button.remove();
      if (items.length === 0) return;
      const { inkPixel } = palette();
      const picture = createPixels(side, side);
      items.forEach(({ pixels, caption, name, detail, share }, k) => {
        const part = parts[k];
        for (let at = 0; at < side * side; at++) picture.words[at] = inkPixel(pixels[at], full);
        picture.commit();
        part.canvas.width = part.canvas.height = side;
        part.canvas.getContext("2d")?.drawImage(picture.canvas, 0, 0);
        part.caption.textContent = caption;
        if (detail !== undefined) {
          if (!part.detail) part.button.append((part.detail = create("span")));
          part.detail.textContent = detail;
        }
        if (share !== undefined) part.button.style.setProperty("--share", String(share));
        part.button.setAttribute("aria-label", name);
      });
    },
  };
}
