// @ts-check
/**
 * The network: the input picture, the hidden layers, the ten outputs, and the weights between them as
 * edges, blue where they are positive and orange where negative, stronger where they are larger.
 *
 * Edges are gathered in a few strokes of equal colour and width, on a layer of their own that is
 * drawn again only when the weights, the input or the size changed.
 */

import { createLayer, fitToDisplay } from "../canvas.js";
import { circle, createImagePainter, disc, lettering, painter, strike } from "../draw.js";
import { whole } from "../format.js";
import { palette } from "../palette.js";
import { neuronName } from "../places.js";
import { clamp, mix, robustMaximum } from "../scales.js";

/**
 * @typedef {object} NetworkData
 * @property {number[] | null} sizes  inputs, hidden layers, outputs
 * @property {Float32Array | null} parameters  layer by layer, weights [in, out], then biases
 * @property {Float32Array | null} input  0..1
 * @property {Float32Array | null} activations  hidden layers, then outputs
 * @property {number} lit  0..1: how far from left to right the activations are shown
 * @property {Float32Array | null} nudges  to show in the place of the parameters
 * @property {[number, number]} activationRange  silent and fully active
 * @property {number | null} digit  the output that wins
 * @property {number | null} label  the output that is wanted, when known
 * @property {string[]} [names]  of the outputs, where they are not digits
 * @property {Uint8Array | null} [idle]  hidden neurons, 1 for each that is dead or saturated
 * @property {import("../protocol.js").Place | null} chosen  a weight or bias to point out
 * @property {import("../protocol.js").Neuron | null} opened  a neuron to point out
 * @property {import("../protocol.js").Neuron | null} [seen]  the one whose own edges are to be seen
 *
 * @typedef {{ left: number, top: number, size: number, side: number }} Picture
 * @typedef {{ x: Float32Array, y: Float32Array, radius: number, left: number, right: number }} Column
 * @typedef {{ picture: Picture, columns: Column[], captions: boolean }} Geometry
 */

/** Of the thousands of edges from the input only so many are drawn, the strongest. */
const INPUT_EDGES = 180;
/** Between two layers all are drawn up to this many, then the strongest. */
const LAYER_EDGES = 512;
/** Of the hundreds into one neuron only so many. */
const OWN_EDGES = 60;
/** How much of the others is left beside those of one neuron. */
const OTHERS = 0.22;
/** Strokes per sign: enough that strength looks continuous, few enough to be quick. */
const STRENGTHS = 6;
/** A weight that this share of the others stay below is drawn at full strength. */
const FULL_STRENGTH = 0.985;

const CAPTION_HEIGHT = 22;
/** Room to the right of the outputs for what they are called. */
const DIGITS_WIDTH = 30;
const NAMES_WIDTH = 70;

/** @param {HTMLCanvasElement} canvas */
export function createNetworkDiagram(canvas) {
  const surface = fitToDisplay(canvas);
  const paintImage = createImagePainter(surface.ctx);
  const edges = createLayer(1, 1);
  // What was drawn last: arrays are never written again.
  let edgesKey = "";
  /** Parameters and input. @type {(Float32Array | null)[]} */
  let edged = [];
  /** @type {Geometry | null} */
  let geometry = null;
  let geometryKey = "";

  /** @param {NetworkData} data */
  function paint(data) {
    const { ctx, width, height } = surface;
    const { sizes, nudges, input } = data;
    const parameters = nudges ?? data.parameters;
    if (!sizes) return;
    const named = (data.names ?? []).length > 0;
    const wanted = `${sizes} ${width} ${height} ${named}`;
    if (!geometry || geometryKey !== wanted) {
      geometry = layOut(sizes, width, height, named ? NAMES_WIDTH : DIGITS_WIDTH);
      geometryKey = wanted;
    }
    paintPicture(geometry.picture, input);
    if (parameters) {
      // What the batch wants has nothing to do with this one image.
      updateEdges(geometry, sizes, parameters, nudges ? null : input);
      const seen = data.seen ?? null;
      ctx.globalAlpha = seen ? OTHERS : 1;
      ctx.drawImage(edges.canvas, 0, 0, width, height);
      ctx.globalAlpha = 1;
      if (seen) strokeOwn(geometry, sizes, parameters, nudges ? null : input, seen);
    }
    paintNeurons(geometry, data);
    pointOut(geometry, data);
    paintCaptions(geometry, sizes);
  }

  /** @param {Picture} picture @param {Float32Array | null} input */
  function paintPicture({ left, top, size, side }, input) {
    const { ctx } = surface;
    const colours = palette();
    paintImage(input ?? new Float32Array(side * side), (ink) => colours.inkPixel(ink, 1), left, top, size);
    ctx.strokeStyle = colours.line;
    ctx.lineWidth = 1;
    ctx.strokeRect(left - 0.5, top - 0.5, size + 1, size + 1);
  }

  /** @param {Geometry} geometry @param {number[]} sizes @param {Float32Array} parameters @param {Float32Array | null} input */
  function updateEdges(geometry, sizes, parameters, input) {
    const { width, height, ratio } = surface;
    const colours = palette();
    const key = `${geometryKey} ${ratio} ${colours.positive}`;
    if (key === edgesKey && parameters === edged[0] && input === edged[1]) return;
    edgesKey = key;
    edged = [parameters, input];
    const { ctx } = edges;
    const deviceWidth = Math.round(width * ratio);
    const deviceHeight = Math.round(height * ratio);
    if (edges.canvas.width !== deviceWidth || edges.canvas.height !== deviceHeight) {
      edges.canvas.width = deviceWidth;
      edges.canvas.height = deviceHeight;
      ctx.setTransform(deviceWidth / width, 0, 0, deviceHeight / height, 0, 0);
    } else {
      ctx.clearRect(0, 0, width, height);
    }

    let start = 0;
    for (let layer = 1; layer < sizes.length; layer++) {
      const inputs = sizes[layer - 1];
      const outputs = sizes[layer];
      const end = start + inputs * outputs;
      const count =
        layer === 1
          ? gatherFromInput(parameters, inputs, outputs, input)
          : gatherStrongest(parameters, start, end, LAYER_EDGES);
      strokeEdges(ctx, geometry, layer, outputs, start, parameters, count);
      if (layer === 1) fadeOver(ctx, geometry.picture);
      start = end + outputs;
    }
  }

  /** Over the picture the edges are faint, so that what is drawn there stays readable. @param {CanvasRenderingContext2D} ctx @param {Picture} picture */
  function fadeOver(ctx, { left, size }) {
    ctx.globalCompositeOperation = "destination-out";
    ctx.fillStyle = "rgb(0 0 0 / 0.4)";
    ctx.fillRect(0, 0, left + size, surface.height);
    ctx.globalCompositeOperation = "source-over";
  }

  /**
   * The edges into a neuron and out of it.
   * @param {Geometry} geometry @param {number[]} sizes @param {Float32Array} parameters @param {Float32Array | null} input
   * @param {import("../protocol.js").Neuron} seen
   */
  function strokeOwn(geometry, sizes, parameters, input, seen) {
    let start = 0;
    for (let layer = 1; layer < sizes.length; layer++) {
      const [inputs, outputs] = [sizes[layer - 1], sizes[layer]];
      const count =
        layer === seen.layer
          ? gatherInto(parameters, start, inputs, outputs, seen.neuron, layer === 1 ? input : null)
          : layer === seen.layer + 1
            ? gatherStrongest(parameters, start + seen.neuron * outputs, start + (seen.neuron + 1) * outputs, outputs)
            : 0;
      if (count > 0) strokeEdges(surface.ctx, geometry, layer, outputs, start, parameters, count);
      start += (inputs + 1) * outputs;
    }
  }

  /**
   * One stroke per sign and strength, the weak ones first.
   * @param {CanvasRenderingContext2D} ctx @param {Geometry} geometry @param {number} layer
   * @param {number} outputs @param {number} start @param {Float32Array} parameters @param {number} count
   */
  function strokeEdges(ctx, { picture, columns }, layer, outputs, start, parameters, count) {
    const to = columns[layer - 1];
    const from = layer > 1 ? columns[layer - 2] : null;
    const { ratio } = surface;
    const colours = palette();
    // Where only the strongest are drawn even the weakest of them is strong, and all of them at full
    // strength would be a rope: the scale then begins near the weakest one drawn.
    const full = robustMaximum(magnitudes, 0, count, FULL_STRENGTH);
    const all = from !== null && count === from.x.length * outputs;
    const least = all ? 0 : 0.85 * smallestOf(magnitudes, count);
    for (let k = 0; k < count; k++) {
      const weight = parameters[chosen[k]];
      const strength = clamp((((magnitudes[k] - least) / (full - least)) * STRENGTHS) | 0, 0, STRENGTHS - 1);
      buckets[k] = 2 * strength + (weight > 0 ? 1 : 0);
    }
    // Few edges can each speak up; a thicket has to whisper to stay legible.
    const crowd = clamp(Math.sqrt(260 / Math.max(count, 1)), 0.55, 1.1) * (from ? 1 : 0.7);
    for (let bucket = 0; bucket < 2 * STRENGTHS; bucket++) {
      const share = ((bucket >> 1) + 0.5) / STRENGTHS;
      let any = false;
      const path = new Path2D();
      for (let k = 0; k < count; k++) {
        if (buckets[k] !== bucket) continue;
        any = true;
        const edge = chosen[k] - start;
        const source = (edge / outputs) | 0;
        const target = edge - source * outputs;
        trace(path, picture, from, to, source, target);
      }
      if (!any) continue;
      const token = bucket & 1 ? "positive" : "negative";
      const alpha = crowd * (0.05 + 0.75 * share ** 1.6);
      const thickness = 0.6 + (from ? 1.5 : 0.9) * share * share;
      strokeThin(ctx, path, colours.fade(token, rounded(alpha)), thickness, ratio);
    }
  }

  /** @param {Geometry} geometry @param {NetworkData} data */
  function paintNeurons({ columns }, { activations, activationRange, digit, label, lit, idle, names = [] }) {
    const { ctx } = surface;
    const colours = palette();
    const [silent, active] = activationRange;
    const outputs = columns.length - 1;
    let first = 0;
    columns.forEach((column, layer) => {
      const { x, y, radius } = column;
      ctx.lineWidth = radius > 5 ? 1.25 : radius > 3 ? 1 : 0.75;
      for (let neuron = 0; neuron < x.length; neuron++) {
        // A layer lights up within its part of the way.
        const light = clamp(lit * columns.length - layer, 0, 1);
        const share = activations ? light * clamp((activations[first + neuron] - silent) / (active - silent), 0, 1) : 0;
        const wins = layer === outputs && neuron === digit && lit === 1;
        const fills = wins ? colours.winner : colours.activations;
        disc(ctx, x[neuron], y[neuron], radius, fills[Math.round(share * (fills.length - 1)) || 0]);
        ctx.strokeStyle = wins ? colours.you : share > 0.5 ? colours.text : colours.muted;
        ctx.stroke();
        if (layer < outputs && idle?.[first + neuron]) strike(ctx, x[neuron], y[neuron], radius + 2);
      }
      first += x.length;
    });

    const { x, y, radius } = columns[outputs];
    const named = names.length > 0;
    const size = named ? 11 : clamp(Math.round(1.35 * radius + 3), 11, 17);
    ctx.textAlign = named ? "left" : "center";
    ctx.textBaseline = "middle";
    for (let neuron = 0; neuron < x.length; neuron++) {
      const wins = neuron === digit;
      const middle = x[neuron] + radius + (named ? 6 : 8 + 0.35 * size);
      ctx.font = colours.font(wins ? size + 2 : size, wins ? 700 : 400);
      ctx.fillStyle = wins ? colours.you : neuron === label ? colours.text : colours.muted;
      if (named) {
        ctx.fillText(names[neuron], middle, y[neuron] + 0.5, NAMES_WIDTH - 8);
        continue;
      }
      ctx.fillText(String(neuron), middle, y[neuron] + 0.5);
      if (neuron === label) {
        ctx.beginPath();
        ctx.roundRect(middle - 0.62 * size, y[neuron] - 0.72 * size, 1.24 * size, 1.44 * size, 3);
        ctx.strokeStyle = colours.text;
        ctx.lineWidth = 1.25;
        ctx.stroke();
      }
    }
  }

  /** The chosen weight as one bright edge, the opened neuron in a ring. @param {Geometry} geometry @param {NetworkData} data */
  function pointOut({ picture, columns }, { chosen, opened }) {
    const { ctx } = surface;
    ctx.strokeStyle = palette().you;
    ctx.lineWidth = 2;
    /** @param {number} layer @param {number} neuron @param {number} more */
    const ring = (layer, neuron, more) => {
      const { x, y, radius } = columns[layer - 1];
      circle(ctx, x[neuron], y[neuron], radius + more);
      ctx.stroke();
    };
    if (opened) ring(opened.layer, opened.neuron, 4);
    if (!chosen) return;
    const { layer, from, to } = chosen;
    ring(layer + 1, to, 1.5);
    if (from === null) return;
    if (layer > 0) ring(layer, from, 1.5);
    const path = new Path2D();
    trace(path, picture, layer > 0 ? columns[layer - 1] : null, columns[layer], from, to);
    ctx.stroke(path);
    if (layer > 0) return;
    const pixel = picture.size / picture.side;
    ctx.strokeRect(
      picture.left + (from % picture.side) * pixel - 1,
      picture.top + Math.floor(from / picture.side) * pixel - 1,
      pixel + 2,
      pixel + 2,
    );
  }

  /** @param {Geometry} geometry @param {number[]} sizes */
  function paintCaptions({ picture, columns, captions }, sizes) {
    if (!captions) return;
    const { ctx, height } = surface;
    lettering(ctx, palette().muted, "center");
    ctx.fillText(`${whole(sizes[0])} pixels`, picture.left + picture.size / 2, picture.top + picture.size + 17);
    columns.forEach(({ left, right }, k) => {
      const size = sizes[k + 1];
      const text = `${size} ${k === columns.length - 1 ? "output" : "neuron"}${size === 1 ? "" : "s"}`;
      ctx.fillText(text, (left + right) / 2, height - 5);
    });
  }

  return {
    draw: painter(surface, paint),

    /**
     * What lies under a point of the canvas: layer 0 is the input, whose neurons are its pixels.
     * @param {number} x @param {number} y
     * @returns {{ layer: number, neuron: number } | null}
     */
    hit(x, y) {
      if (!geometry) return null;
      const { left, top, size, side } = geometry.picture;
      const column = Math.floor(((x - left) / size) * side);
      const row = Math.floor(((y - top) / size) * side);
      if (column >= 0 && column < side && row >= 0 && row < side) return { layer: 0, neuron: row * side + column };
      let nearest = null;
      let nearestDistance = Infinity;
      geometry.columns.forEach((layer, k) => {
        // A finger is wider than a neuron: the nearest one within reach counts.
        const reach = Math.max(layer.radius + 2, 18);
        for (let neuron = 0; neuron < layer.x.length; neuron++) {
          const distance = Math.hypot(layer.x[neuron] - x, layer.y[neuron] - y);
          if (distance <= reach && distance < nearestDistance) {
            nearest = { layer: k + 1, neuron };
            nearestDistance = distance;
          }
        }
      });
      return nearest;
    },

    /** @param {NetworkData} data */
    describe({ sizes, parameters, activations, digit, idle, opened, names = [] }) {
      if (!sizes) return "No network yet.";
      const layers = sizes.slice(1, -1).map((size) => `${size}`).join(" and ");
      const structure = `A network of ${whole(sizes[0])} inputs, hidden layers of ${layers} neurons and ${sizes[sizes.length - 1]} outputs`;
      if (!parameters) return `${structure}.`;
      const idlers = idle?.reduce((sum, one) => sum + one, 0) ?? 0;
      const open = opened ? ` Opened: ${neuronName(opened.layer, opened.neuron, sizes, names)}.` : "";
      const struck = idlers > 0 ? ` ${idlers} of ${idle?.length} hidden neurons are struck out: they say the same to nearly every image.` : "";
      if (!activations || digit === null) return `${structure}, with nothing to read.${struck}${open}`;
      return `${structure}; the output of ${names[digit] ?? digit} is the most active.${struck}${open}`;
    },
  };
}

/**
 * One edge's way, out of a neuron or, without a column before, out of a pixel.
 * @param {Path2D} path @param {Picture} picture @param {Column | null} from @param {Column} to @param {number} source @param {number} target
 */
function trace(path, picture, from, to, source, target) {
  const x1 = to.x[target] - to.radius;
  const y1 = to.y[target];
  let x0;
  let y0;
  if (from) {
    x0 = from.x[source] + from.radius;
    y0 = from.y[source];
  } else {
    const pixel = picture.size / picture.side;
    const row = (source / picture.side) | 0;
    x0 = picture.left + (source - row * picture.side + 0.5) * pixel;
    y0 = picture.top + (row + 0.5) * pixel;
  }
  // Out of a pixel the edge first leaves the picture, then turns to its neuron.
  const turn = from ? 0.5 * (x0 + x1) : Math.max(mix(x0, x1, 0.62), mix(picture.left + picture.size, x1, 0.25));
  path.moveTo(x0, y0);
  path.bezierCurveTo(turn, y0, from ? turn : mix(x0, x1, 0.6), y1, x1, y1);
}

/** The edges being drawn, as indices into the parameters; shared by all layers, one after the other. */
let chosen = new Int32Array(1024);
let buckets = new Uint8Array(1024);
let candidates = new Int32Array(16384);
let magnitudes = new Float32Array(16384);

/** @param {number} count */
function reserve(count) {
  if (candidates.length >= count) return;
  candidates = new Int32Array(count);
  magnitudes = new Float32Array(count);
}

/**
 * The strongest edges out of the input. With a picture before the network only its ink pushes on the
 * neurons, so there the edges are ranked by weight times pixel.
 * @param {Float32Array} parameters @param {number} inputs @param {number} outputs @param {Float32Array | null} input
 */
function gatherFromInput(parameters, inputs, outputs, input) {
  if (!input) return gatherStrongest(parameters, 0, inputs * outputs, INPUT_EDGES);
  reserve(inputs * outputs);
  let count = 0;
  for (let pixel = 0; pixel < inputs; pixel++) {
    const ink = input[pixel];
    if (!(ink > 0)) continue;
    for (let edge = pixel * outputs; edge < (pixel + 1) * outputs; edge++) {
      candidates[count] = edge;
      magnitudes[count++] = Math.abs(parameters[edge]) * ink;
    }
  }
  return choose(count, INPUT_EDGES);
}

/**
 * The strongest edges into one neuron; from the input by weight times pixel.
 * @param {Float32Array} parameters @param {number} start of the layer's weights @param {number} inputs @param {number} outputs
 * @param {number} neuron @param {Float32Array | null} input
 */
function gatherInto(parameters, start, inputs, outputs, neuron, input) {
  reserve(inputs);
  for (let from = 0; from < inputs; from++) {
    candidates[from] = start + from * outputs + neuron;
    magnitudes[from] = Math.abs(parameters[candidates[from]]) * (input ? input[from] : 1);
  }
  return choose(inputs, OWN_EDGES);
}

/** @param {Float32Array} parameters @param {number} start @param {number} end @param {number} most */
function gatherStrongest(parameters, start, end, most) {
  reserve(end - start);
  for (let edge = start; edge < end; edge++) {
    candidates[edge - start] = edge;
    magnitudes[edge - start] = Math.abs(parameters[edge]);
  }
  return choose(end - start, most);
}

/** Moves the `most` largest of `count` candidates to `chosen`, their magnitudes to the front, by a threshold instead of a sort. @param {number} count @param {number} most */
function choose(count, most) {
  const threshold = count > most ? robustMaximum(magnitudes, 0, count, 1 - most / count) : -1;
  let kept = 0;
  for (let k = 0; k < count && kept < most; k++) {
    if (!(magnitudes[k] > threshold)) continue;
    chosen[kept] = candidates[k];
    magnitudes[kept++] = magnitudes[k];
  }
  return kept;
}

/**
 * A thread of some width, laid of lines one device pixel wide: browsers that draw without a graphics
 * processor take ten times as long for anything wider.
 * @param {CanvasRenderingContext2D} ctx @param {Path2D} path @param {string} colour @param {number} width units @param {number} ratio
 */
function strokeThin(ctx, path, colour, width, ratio) {
  const lines = Math.max(1, Math.round(width * ratio));
  ctx.lineWidth = 0.999 / ratio;
  ctx.strokeStyle = colour;
  ctx.save();
  ctx.translate(0, (1 - lines) / (2 * ratio));
  for (let line = 0; line < lines; line++) {
    ctx.stroke(path);
    ctx.translate(0, 1 / ratio);
  }
  ctx.restore();
}

/** Few different transparencies make few different colours to remember. @param {number} alpha */
function rounded(alpha) {
  return Math.round(100 * alpha) / 100;
}

/** @param {Float32Array} values @param {number} count */
function smallestOf(values, count) {
  let smallest = Infinity;
  for (let k = 0; k < count; k++) smallest = Math.min(smallest, values[k]);
  return smallest;
}

/**
 * Where everything is, in units.
 * @param {number[]} sizes @param {number} width @param {number} height @param {number} [namesWidth]
 * @returns {Geometry}
 */
export function layOut(sizes, width, height, namesWidth = DIGITS_WIDTH) {
  const captions = height >= 240;
  const top = 10;
  const bottom = height - (captions ? CAPTION_HEIGHT + 4 : 10);
  const middle = (top + bottom) / 2;
  const side = Math.round(Math.sqrt(sizes[0]));
  const size = Math.round(clamp(Math.min(0.2 * width, 0.42 * height), 56, 168));
  const picture = { left: 2, top: Math.round(middle - size / 2), size, side };

  const layers = sizes.slice(1);
  const blocks = layers.map((neurons, k) => block(neurons, bottom - top, k === layers.length - 1));
  const last = blocks[blocks.length - 1];
  const firstLeft = picture.left + size + 0.17 * width;
  const lastLeft = width - namesWidth - last.width;
  // Equal air between the blocks, however wide each of them is.
  const inner = blocks.slice(0, -1).reduce((sum, { width }) => sum + width, 0);
  const air = blocks.length > 1 ? (lastLeft - firstLeft - inner) / (blocks.length - 1) : 0;
  let left = blocks.length > 1 ? firstLeft : lastLeft;
  const columns = blocks.map(({ width: blockWidth, height: blockHeight, radius, places }) => {
    const blockTop = middle - blockHeight / 2;
    const column = {
      x: Float32Array.from(places, ([x]) => left + x),
      y: Float32Array.from(places, ([, y]) => blockTop + y),
      radius,
      left,
      right: left + blockWidth,
    };
    left += blockWidth + air;
    return column;
  });
  return { picture, columns, captions };
}

/**
 * One layer, packed: a single file while its neurons stay large enough to tell apart, then
 * several files, every other one shifted by half a place like bricks.
 * @param {number} neurons @param {number} height @param {boolean} outputs
 */
function block(neurons, height, outputs) {
  const largest = outputs ? 11 : 8.5;
  const smallest = 3.2;
  const files = Math.max(1, Math.ceil(neurons / Math.max(1, Math.floor(height / (2.5 * smallest)))), Math.ceil(neurons / 40));
  const rows = Math.ceil(neurons / files);
  const pitch = Math.min(height / rows, outputs ? 40 : 34);
  const radius = clamp(0.38 * pitch, 2, largest);
  const across = Math.max(2.6 * radius, 1.1 * pitch);
  /** @type {[number, number][]} */
  const places = [];
  for (let neuron = 0; neuron < neurons; neuron++) {
    const file = Math.floor(neuron / rows);
    const shift = files > 1 ? (file % 2) * 0.5 : 0.25;
    places.push([radius + file * across, ((neuron % rows) + 0.25 + shift) * pitch]);
  }
  return { width: 2 * radius + (files - 1) * across, height: rows * pitch, radius, places };
}
