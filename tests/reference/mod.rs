//! The same mathematics as plain `f64` loops: slow, obvious, the oracle. Shares no code with the library.

#![allow(dead_code, reason = "each test file uses the part it needs")]
#![allow(
    clippy::needless_range_loop,
    reason = "indices as the formulas have them"
)]

use descent::network::{Activation, Cost};

/// Side of an image in pixels.
const SIDE: usize = 28;

/// A network as nested lists: `layers[l].0[i][j]` is the weight from input `i` to neuron `j`, `layers[l].1[j]` its bias.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) layers: Vec<(Vec<Vec<f64>>, Vec<f64>)>,
    pub(crate) activation: Activation,
    pub(crate) cost: Cost,
}

impl Reference {
    /// From parameters in their outside order: layer by layer, weights `[in, out]` row by row, then biases.
    pub(crate) fn new(
        sizes: &[usize],
        parameters: &[f64],
        activation: Activation,
        cost: Cost,
    ) -> Self {
        let mut rest = parameters.iter().copied();
        let mut take = |n: usize| rest.by_ref().take(n).collect::<Vec<f64>>();
        let layers = sizes
            .windows(2)
            .map(|s| ((0..s[0]).map(|_| take(s[1])).collect(), take(s[1])))
            .collect();
        Self {
            layers,
            activation,
            cost,
        }
    }

    /// Weighted inputs of each layer and the outputs' activations, for one example.
    pub(crate) fn forward(&self, input: &[f64]) -> (Vec<Vec<f64>>, Vec<f64>) {
        let mut a = input.to_vec();
        let mut all = Vec::new();
        for (layer, (weights, biases)) in self.layers.iter().enumerate() {
            let z: Vec<f64> = (0..biases.len())
                .map(|j| biases[j] + (0..a.len()).map(|i| a[i] * weights[i][j]).sum::<f64>())
                .collect();
            a = if layer + 1 < self.layers.len() {
                z.iter().map(|&z| value(self.activation, z)).collect()
            } else {
                match self.cost {
                    Cost::Squares => z.iter().map(|&z| 1.0 / (1.0 + (-z).exp())).collect(),
                    Cost::CrossEntropy => {
                        let sum: f64 = z.iter().map(|z| z.exp()).sum();
                        z.iter().map(|z| z.exp() / sum).collect()
                    }
                }
            };
            all.push(z);
        }
        (all, a)
    }

    /// Mean cost.
    pub(crate) fn cost(&self, inputs: &[Vec<f64>], labels: &[u8]) -> f64 {
        let total: f64 = inputs
            .iter()
            .zip(labels)
            .map(|(input, &label)| {
                let (_, a) = self.forward(input);
                match self.cost {
                    Cost::Squares => a
                        .iter()
                        .enumerate()
                        .map(|(j, a)| (a - f64::from(j == usize::from(label))).powi(2))
                        .sum(),
                    Cost::CrossEntropy => -a[usize::from(label)].ln(),
                }
            })
            .sum();
        total / inputs.len() as f64
    }
}

fn value(activation: Activation, z: f64) -> f64 {
    match activation {
        Activation::Sigmoid => 1.0 / (1.0 + (-z).exp()),
        Activation::Relu => z.max(0.0),
        Activation::Silu => z / (1.0 + (-z).exp()),
        Activation::Tanh => z.tanh(),
    }
}

/// Derivative of `f` by each of the parameters, by central differences: `(f(p + h) - f(p - h)) / 2h`.
pub(crate) fn central_differences(parameters: &[f64], f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    const H: f64 = 1e-5;
    let mut parameters = parameters.to_vec();
    (0..parameters.len())
        .map(|i| {
            let middle = parameters[i];
            parameters[i] = middle + H;
            let above = f(&parameters);
            parameters[i] = middle - H;
            let below = f(&parameters);
            parameters[i] = middle;
            (above - below) / (2.0 * H)
        })
        .collect()
}

/// Straightening, word for word as its recipe has it: `ink` and the result are `[row][column]`.
pub(crate) fn straighten(ink: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut mass = 0.0;
    let (mut mx, mut my) = (0.0, 0.0);
    for y in 0..SIDE {
        for x in 0..SIDE {
            mass += ink[y][x];
            mx += ink[y][x] * x as f64;
            my += ink[y][x] * y as f64;
        }
    }
    if mass == 0.0 {
        return vec![vec![0.0; SIDE]; SIDE];
    }
    mx /= mass;
    my /= mass;
    let (mut c20, mut c11, mut c02) = (0.0, 0.0, 0.0);
    for y in 0..SIDE {
        for x in 0..SIDE {
            let (dx, dy) = (x as f64 - mx, y as f64 - my);
            c20 += ink[y][x] * dx * dx / mass;
            c11 += ink[y][x] * dx * dy / mass;
            c02 += ink[y][x] * dy * dy / mass;
        }
    }
    let a = if c02 < 1e-9 {
        0.0
    } else {
        (c11 / c02).clamp(-1.0, 1.0)
    };
    let vx = (c20 - 2.0 * a * c11 + a * a * c02).max(0.3);
    let vy = c02.max(0.3);
    let (w, h) = (4.0 * vx.sqrt(), 4.0 * vy.sqrt());
    let r1 = w.min(h) / w.max(h);
    let r2 = (std::f64::consts::PI * r1 / 2.0).sin().sqrt();
    let (sx, sy) = if w >= h {
        (23.0 / w, 23.0 * r2 / h)
    } else {
        (23.0 * r2 / w, 23.0 / h)
    };
    let pixel = |x: i32, y: i32| {
        let inside = (0..28).contains(&x) && (0..28).contains(&y);
        if inside {
            ink[y as usize][x as usize]
        } else {
            0.0
        }
    };
    let mut out = vec![vec![0.0; SIDE]; SIDE];
    for (y, row) in out.iter_mut().enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            let (x, y) = (x as f64 - 13.5, y as f64 - 13.5);
            let u = mx + x / sx + a * y / sy;
            let v = my + y / sy;
            let (left, top) = (u.floor(), v.floor());
            let (fx, fy) = (u - left, v - top);
            #[expect(clippy::cast_possible_truncation, reason = "places near the image")]
            let (left, top) = (left as i32, top as i32);
            *value = pixel(left, top) * (1.0 - fx) * (1.0 - fy)
                + pixel(left + 1, top) * fx * (1.0 - fy)
                + pixel(left, top + 1) * (1.0 - fx) * fy
                + pixel(left + 1, top + 1) * fx * fy;
        }
    }
    out
}

/// Strokes to ink, `[row][column]`: longest side of the centre line 20 - w, round brush w, 3x3 samples a pixel, centre of
/// mass in the middle.
pub(crate) fn draw(strokes: &[Vec<[f64; 2]>], w: f64) -> Vec<Vec<f64>> {
    let points: Vec<[f64; 2]> = strokes.iter().flatten().copied().collect();
    let extent = |axis: usize| {
        let low = points.iter().map(|p| p[axis]).fold(f64::INFINITY, f64::min);
        let high = points
            .iter()
            .map(|p| p[axis])
            .fold(f64::NEG_INFINITY, f64::max);
        (low, high)
    };
    let (x, y) = (extent(0), extent(1));
    let side = (x.1 - x.0).max(y.1 - y.0);
    let scale = if side > 0.0 { (20.0 - w) / side } else { 1.0 };
    let render = |dx: f64, dy: f64| -> Vec<Vec<f64>> {
        let place = |p: &[f64; 2]| {
            [
                (p[0] - (x.0 + x.1) / 2.0) * scale + 14.0 + dx,
                (p[1] - (y.0 + y.1) / 2.0) * scale + 14.0 + dy,
            ]
        };
        let mut lines = Vec::new();
        for stroke in strokes {
            let placed: Vec<[f64; 2]> = stroke.iter().map(place).collect();
            lines.extend(placed.windows(2).map(|p| (p[0], p[1])));
            lines.extend(placed.first().map(|&p| (p, p)));
        }
        let hit = |sx: f64, sy: f64| {
            lines.iter().any(|(a, b)| {
                let (ex, ey) = (b[0] - a[0], b[1] - a[1]);
                let along = ((sx - a[0]) * ex + (sy - a[1]) * ey) / (ex * ex + ey * ey).max(1e-300);
                let t = along.clamp(0.0, 1.0);
                (sx - a[0] - t * ex).hypot(sy - a[1] - t * ey) <= w / 2.0
            })
        };
        (0..SIDE)
            .map(|row| {
                (0..SIDE)
                    .map(|column| {
                        let mut hits = 0.0;
                        for i in 0..9 {
                            let (across, down) = (f64::from(i % 3), f64::from(i / 3));
                            let sx = column as f64 + (across + 0.5) / 3.0;
                            let sy = row as f64 + (down + 0.5) / 3.0;
                            hits += f64::from(u8::from(hit(sx, sy)));
                        }
                        hits / 9.0
                    })
                    .collect()
            })
            .collect()
    };
    let first = render(0.0, 0.0);
    let (mut mass, mut cx, mut cy) = (0.0, 0.0, 0.0);
    for (row, line) in first.iter().enumerate() {
        for (column, value) in line.iter().enumerate() {
            mass += value;
            cx += value * (column as f64 + 0.5);
            cy += value * (row as f64 + 0.5);
        }
    }
    render(14.0 - cx / mass, 14.0 - cy / mass)
}
