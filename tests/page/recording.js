// @ts-check
/**
 * Enough of a browser for the views: canvases whose context writes down what is drawn, elements, and a
 * palette with the tokens of a theme. Nothing is rasterised.
 *
 * @module
 */

import { refreshPalette } from "../../www/palette.js";

/** @typedef {{ name: string, args: any[], state: Record<string, any> }} Call */

const DARK = {
  ground: "#0e1217",
  panel: "#141a21",
  raised: "#1b232c",
  line: "#27313c",
  text: "#e8ebee",
  muted: "#8d9aa8",
  positive: "#5aa9ff",
  negative: "#ff9d4d",
  you: "#ffd75e",
};
const LIGHT = {
  ground: "#f6f4ef",
  panel: "#ffffff",
  raised: "#f1eee7",
  line: "#dfdbd1",
  text: "#1a1f25",
  muted: "#5f6975",
  positive: "#1769c7",
  negative: "#c0560b",
  you: "#a87a00",
};

/** @param {"dark" | "light"} theme @param {Record<string, string>} [changes] */
export function useTheme(theme, changes = {}) {
  /** @type {Record<string, string>} */
  const tokens = { ...(theme === "dark" ? DARK : LIGHT), ...changes };
  return refreshPalette((property) => (property === "font-family" ? "sans-serif" : (tokens[property.slice(2)] ?? "")));
}

/** The observers that wait for a resize. @type {Set<{ callback: Function, target: any }>} */
const observed = new Set();

class FakeResizeObserver {
  /** @param {Function} callback */
  constructor(callback) {
    this.callback = callback;
  }
  /** @param {any} target */
  observe(target) {
    observed.add({ callback: this.callback, target });
  }
  disconnect() {
    for (const one of observed) if (one.callback === this.callback) observed.delete(one);
  }
}

class FakePath {
  curves = 0;
  moveTo() {}
  bezierCurveTo() {
    this.curves++;
  }
}

/** A context that answers everything and remembers all calls, with the properties in force. @param {any} canvas */
function recordingContext(canvas) {
  /** @type {Call[]} */
  const calls = [];
  /** @type {Record<string, any>} */
  const state = { font: "11px sans-serif", fillStyle: "", strokeStyle: "" };
  /** @type {Record<string, Function>} */
  const answers = {
    /** Six tenths of the size per character is wider than most fonts: a careful estimate. @param {string} text */
    measureText: (text) => ({ width: text.length * 0.6 * Number(/(\d+)px/.exec(state.font)?.[1] ?? 10) }),
    createLinearGradient: () => ({ addColorStop() {} }),
    /** @param {number} width @param {number} height */
    createImageData: (width, height) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) }),
    getImageData() {
      throw new Error("no pixel may be read back from a canvas");
    },
  };
  return new Proxy(/** @type {any} */ ({ canvas, calls }), {
    get(target, name) {
      if (name in target) return target[name];
      if (typeof name === "string" && name in state) return state[name];
      /** @param {any[]} args */
      return (...args) => {
        calls.push({ name: String(name), args, state: { ...state } });
        return answers[String(name)]?.(...args);
      };
    },
    set(_, name, value) {
      state[String(name)] = value;
      return true;
    },
  });
}

/** An element that can be listened to; its size is what the test says. */
export class FakeElement {
  constructor(tag = "div", width = 0, height = 0) {
    this.tagName = tag;
    this.clientWidth = width;
    this.clientHeight = height;
    this.clientLeft = 0;
    this.clientTop = 0;
    this.offsetHeight = height;
    this.width = 0;
    this.height = 0;
    /** @type {Record<string, any>} */
    this.style = { setProperty() {} };
    /** @type {Record<string, string>} */
    this.dataset = {};
    /** @type {any[]} */
    this.children = [];
    /** @type {FakeElement | null} */
    this.parent = null;
    this.textContent = "";
    /** @type {Record<string, string>} */
    this.attributes = {};
    /** @type {Set<string>} */
    this.classes = new Set();
    /** @type {Record<string, Function[]>} */
    this.listeners = {};
    /** @type {any} */
    this.context = null;
    const classes = this.classes;
    this.classList = {
      /** @param {string} name */
      add: (name) => void classes.add(name),
      /** @param {string} name */
      contains: (name) => classes.has(name),
      /** @param {string} name @param {boolean} on */
      toggle: (name, on) => void (on ? classes.add(name) : classes.delete(name)),
    };
  }
  set className(/** @type {string} */ value) {
    this.classes.add(value);
  }
  getContext() {
    return (this.context ??= recordingContext(this));
  }
  getBoundingClientRect() {
    return { left: 0, top: 0, width: this.clientWidth, height: this.clientHeight };
  }
  setPointerCapture() {}
  focus() {}
  contains() {
    return false;
  }
  /** @param {string} name @param {string} value */
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  /** @param {any[]} children */
  append(...children) {
    for (const child of children) if (child instanceof FakeElement) child.parent = this;
    this.children.push(...children);
  }
  remove() {
    this.parent?.children.splice(this.parent.children.indexOf(this), 1);
  }
  /** @param {any[]} children */
  replaceChildren(...children) {
    this.children = children;
  }
  /** @param {string} name @param {Function} listener */
  addEventListener(name, listener) {
    (this.listeners[name] ??= []).push(listener);
  }
  /** @param {string} name @param {Record<string, any>} event */
  send(name, event = {}) {
    for (const listener of this.listeners[name] ?? []) {
      listener({ preventDefault() {}, pointerId: 1, button: 0, isPrimary: true, isTrusted: true, ...event });
    }
  }
}

Object.assign(globalThis, {
  document: { createElement: (/** @type {string} */ tag) => new FakeElement(tag) },
  getComputedStyle: () => ({ getPropertyValue: () => "" }),
  devicePixelRatio: 2,
  ResizeObserver: FakeResizeObserver,
  Path2D: FakePath,
  matchMedia: () => ({ addEventListener() {} }),
  addEventListener() {},
});

/** @param {number} width CSS pixels @param {number} height @returns {any} */
export function fakeCanvas(width, height) {
  return new FakeElement("canvas", width, height);
}

/** @param {any} canvas @param {number} width @param {number} height */
export function resize(canvas, width, height) {
  canvas.clientWidth = width;
  canvas.clientHeight = height;
  for (const { callback, target } of observed) if (target === canvas) callback([{ contentRect: { width, height } }]);
}

/** @param {any} canvas @param {string} [name] @returns {Call[]} */
export function calls(canvas, name) {
  const all = /** @type {Call[]} */ (canvas.getContext().calls);
  return name === undefined ? all : all.filter((call) => call.name === name);
}

/** @param {any} canvas */
export function forget(canvas) {
  canvas.getContext().calls.length = 0;
}

/** The texts drawn, with the boxes they take. @param {any} canvas */
export function texts(canvas) {
  return calls(canvas, "fillText").map(({ args: [text, x, y], state }) => {
    const size = Number(/(\d+)px/.exec(state.font)?.[1]);
    const width = text.length * 0.6 * size;
    const left = state.textAlign === "center" ? x - width / 2 : state.textAlign === "right" ? x - width : x;
    const top = state.textBaseline === "middle" ? y - size / 2 : y - size;
    return { text, left, right: left + width, top, bottom: top + size };
  });
}
