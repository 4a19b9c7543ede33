/**
 * Every message between the page and the worker, in both directions.
 *
 * A message is a plain object with a `type`. Nearly all carry `run`, the number of the
 * training session they are about or begin. A restart (other options, other data, back to the first weights)
 * begins a new run under a new number; the page chooses it, the worker says `started`, and from then on
 * answers about the run before are late and dropped. A command addressed to a run that has been replaced
 * reaches its successor. Messages with an `id` are questions: each gets exactly one `answer` or `refused`.
 *
 * Arrays of numbers are typed arrays. "transferred" means that the sender loses the buffer.
 *
 * @module
 */

/**
 * Options of a run, as the core checks them. Layers are the hidden layers.
 * @typedef {{ preset: string, layers: number[], activation: string, cost: string, optimizer: string,
 *   learningRate: number,
 *   schedule: string,
 *   budget: number | null,         // examples over which a cosine falls to zero
 *   average: boolean,
 *   batchSize: number, seed: number, straighten: boolean, augment: boolean,
 *   labels: string | number,       // "true", "shuffled", or the share shuffled 0..1
 *   trainingExamples: number
 * }} Options
 */

/**
 * Every size, range and default the page needs; none of them is written a second time on the page.
 * @typedef {{ imageSide: number, pixels: number, classes: number,
 *   hiddenLayers: Range, neurons: Range,
 *   learningRate: Range, learningRates: number[],
 *   batchSizes: number[], seed: Range,
 *   activations: string[], costs: string[], optimizers: string[], schedules: string[],
 *   safeRates: number[],           // of each optimizer: a learning rate at which every activation and cost learns
 *   layerChoices: number[][],
 *   presets: Record<string, Options>,
 *   maxExamples: number,
 *   fixedExamples: number,         // so many training images stand for all of them where all would take too long
 *   savedBytes: number             // no saved run is longer
 * }} Limits
 * @typedef {{ min: number, max: number }} Range
 * @typedef {{ train: number, test: number }} Counts
 */

/**
 * The step that went too far.
 * @typedef {{ step: number,
 *   stepLength: number,
 *   turn: number,                  // where the cost of its batch begins to rise, in step lengths
 *   cost: number, costAfter: number // of its batch
 * }} Overshoot
 */

/**
 * One observed step: the cost of its batch before and after.
 * @typedef {{ step: number, examples: number, epoch: number, cost: number, costAfter: number,
 *   gradientNorm: number, stepLength: number, predictedChange: number, learningRate: number }} StepReport
 */

/**
 * The cost along the step about to be made, at equal steps from `from` to `to`, on each curve of its own; the unit is one step length.
 * @typedef {{ step: number, examples: number, from: number, to: number, // `examples`: in the batch
 *   batch: Float32Array,           // [points], on the batch about to be used
 *   fixed: Float32Array,           // [points], on a fixed set of training images
 *   slice: Slice
 * }} Curve
 * @typedef {{ cost: number, slope: number, gradientNorm: number, stepLength: number, learningRate: number,
 *   fixedExamples: number }} Slice
 */

/**
 * How well the network does. While it trains, on a part of the training images; `exact`: on all.
 * @typedef {{ step: number, examples: number, epoch: number,
 *   cost: number, trainAccuracy: number, testAccuracy: number, exact: boolean,
 *   measuredOn: number             // training images
 * }} Measured
 */

/**
 * An earlier step stands before the visitor.
 * @typedef {{ newest: number,       // how far the run has come
 *   measured: Measured,            // as it was recorded at that step
 *   place: [number, number] | null // on the plane that was laid last
 * }} LookedBack
 */

/**
 * What the network makes of the image before it.
 * @typedef {{ digit: number, scores: Float32Array,
 *   cost: number | null,           // of this one image; null when it is not known what digit it is
 *   shares: Float32Array | null,   // what each output adds to that cost
 *   activations: Float32Array,     // hidden layers, then outputs
 *   neuron: Explanation | null     // of the neuron that is watched
 * }} Reading
 */

/**
 * A neuron, by its layer: 0 are the inputs, whose neurons are pixels.
 * @typedef {{ layer: number, neuron: number }} Neuron
 *
 * What one neuron makes of the image: all products of its sum, largest first.
 * @typedef {{ bias: number, terms: { from: number, weight: number, input: number, product: number }[],
 *   sum: number, weightedInput: number, activation: number }} Explanation
 *
 * A parameter. `layer` counts layers of weights from 0; `from` is null for a bias.
 * @typedef {{ index: number, layer: number, from: number | null, to: number }} Place
 * @typedef {Place & { nudge: number }} Nudge
 *
 * Which way, and how strongly, the batch about to be used wants each parameter moved: minus the gradient.
 * @typedef {{ step: number,
 *   all: Float32Array,             // in the order of the parameters; transferred
 *   largest: Nudge[]               // largest first; while training, those of a moment ago
 * }} Nudges
 */

/**
 * @typedef {{ step: number, examples: number, epoch: number, cost: number, seconds: number }} Trained
 *
 * How an image of the console's is read, without showing it. `digit` is null where nothing is drawn.
 * @typedef {{ digit: number | null, scores: number[], input: number[] }} Prediction
 */

/**
 * One image of the data, or drawing of the visitor's, and how it was read.
 * @typedef {{ index: number, label: number, read: number, score: number }} SingleReading
 *
 * How well the network reads a set, and the surest of its mistakes.
 * @typedef {{ set: "test" | "train", cost: number, accuracy: number, examples: number,
 *   confusion: number[][],         // [label][read]
 *   recall: (number | null)[],     // of each digit; null where there is none of it
 *   mistakes: SingleReading[],     // the surest first
 *   pictures: Uint8Array           // [mistakes, pixels], 0..255
 * }} Survey
 * @typedef {{ readings: SingleReading[], pictures: Uint8Array }} Cell
 *
 * What speaks for the likeliest digit against the next one, in the image before the network.
 * @typedef {{ digit: number, rival: number,
 *   difference: number,            // of their weighted inputs, before softmax or sigmoid
 *   input: Float32Array,
 *   shares: Float32Array,          // [pixels], gradient times input of the difference
 *   voices: { neuron: number, share: number }[],  // first-layer neurons that matter most, largest first
 *   products: Float32Array,        // [voices, pixels], weight times pixel
 *   near: { index: number, label: number, cosine: number }[],  // training images most like it
 *   inputs: Float32Array,          // [near, pixels], as the network sees them
 *   other: { straightened: boolean, input: Float32Array, digit: number } | null  // seen in the other way
 * }} Why
 *
 * The first images of the batch that the coming step learns from, each by itself.
 * @typedef {{ size: number,        // images in the batch
 *   examples: { index: number, label: number, digit: number, cost: number }[],  // label as told, digit as read
 *   inputs: Float32Array           // [examples, pixels], as the network sees them, but for augmentation
 * }} Batch
 *
 * The way of the image to the input. A map is affine, in the order of a canvas, and leads from the pad, or from the
 * pixels of an image, to the pixels of the picture.
 * @typedef {{ stages: { name: string, map: [number, number, number, number, number, number] }[],
 *   bounds: [number, number, number, number] | null,  // left, top, width, height on the pad
 *   brush: number,                 // pixels of the picture
 *   scale: number,                 // pixels of the picture per unit of the pad, once scaled
 *   enlarged: number,              // how many times larger than on the pad that is
 *   moved: [number, number],       // pixels, until the centre of mass is in the middle
 *   angle: number,                 // degrees it leant to the right
 *   stretch: [number, number]
 * }} Journey
 *
 * What runs learn from. `own`: files of the visitor's; `taught`: the visitor's drawings are among the training images.
 * @typedef {{ own: boolean, taught: boolean, memory: number }} DataTold  memory in bytes, all that the module has taken
 */

// ---------------------------------------------------------------------------------------------------------
// page -> worker
// ---------------------------------------------------------------------------------------------------------

/**
 * Begin a run; answered by `started`, or by `refused` while the run it should replace goes on untouched.
 * `replaces` is null for the first run of a worker.
 * @typedef {{ type: "start", run: number, replaces: number | null, options: Partial<Options>, id?: number }} Start
 *
 * Back to the same first weights.
 * @typedef {{ type: "reset", run: number, replaces: number }} Reset
 *
 * A new start under a seed from the browser's randomness.
 * @typedef {{ type: "new-start", run: number, replaces: number }} NewStart
 *
 * Take up a saved state. `continues`: the history up to that step still stands.
 * @typedef {{ type: "restore", run: number, replaces: number | null, bytes: ArrayBuffer,
 *   continues: boolean, id?: number }} Restore
 *
 * After a divergence, with a shorter step: from the state before the step that went too far, or from the lowest cost that was
 * recorded before it.
 * @typedef {{ type: "go-back", run: number, replaces: number, learningRate: number }} GoBack
 *
 * Train on other data: IDX files, unpacked.
 * @typedef {{ type: "load-data", run: number, replaces: number, images: ArrayBuffer, labels: ArrayBuffer,
 *   id?: number }} LoadData
 *
 * Back to the digits that came with the page.
 * @typedef {{ type: "shipped-data", run: number, replaces: number, id?: number }} ShippedData
 *
 * With the visitor's drawings among the training images, or again without them.
 * @typedef {{ type: "teach", run: number, replaces: number, on: boolean, id?: number }} Teach
 *
 * Train until paused; `stepsPerSecond` null means as fast as it goes.
 * @typedef {{ type: "play", run: number, stepsPerSecond: number | null }} Play
 * @typedef {{ type: "pause", run: number }} Pause
 * @typedef {{ type: "step", run: number }} Step
 *
 * From the next step on, without a restart; answered by `options`.
 * @typedef {{ type: "set-learning-rate", run: number, learningRate: number }} SetLearningRate
 * @typedef {{ type: "set-batch-size", run: number, batchSize: number }} SetBatchSize
 *
 * What stands before the network; answered by `reading`.
 * @typedef {{ type: "show-strokes", run: number,
 *   points: Float64Array,          // x, y, x, y ... in pad coordinates
 *   lengths: Uint32Array,          // points of each stroke
 *   label: number | null           // what it was drawn as, if the visitor has said it
 * }} ShowStrokes
 * @typedef {{ type: "show-nothing", run: number }} ShowNothing
 * @typedef {{ type: "show-noise", run: number, pixels?: Float32Array }} ShowNoise  the same again, or new noise
 *
 * Without an index any unseen image, or the first of those that the coming step learns from.
 * @typedef {{ type: "show-example", run: number, set?: "test" | "train", index?: number }} ShowExample
 *
 * The plane is looked at from now on, or with null no longer; answered by `plane`, again and again.
 * @typedef {{ type: "watch-plane", run: number,
 *   aspect: number | null,  // width over height of the picture
 *   seed: number | null     // of two random directions; null for the two that hold most of the path
 * }} WatchPlane
 *
 * Keeps the way of the run as it is now beside those to come, in place of one kept before; or keeps none.
 * @typedef {{ type: "keep-run", run: number, keep: boolean }} KeepRun
 *
 * The neuron to explain with every reading from now on, or with null none; answered by `reading`.
 * @typedef {{ type: "watch-neuron", run: number, neuron: Neuron | null }} WatchNeuron
 *
 * Looks at an earlier step: the remembered one nearest to `step`, or so many of them on from here. Training stops for
 * it; the next step is made from there, and `gone-on` tells that what came after it is forgotten.
 * @typedef {{ type: "look-back", run: number, step?: number, by?: number }} LookBack
 * @typedef {{ type: "return-to-newest", run: number }} ReturnToNewest
 *
 * Changes one parameter by so much from where training left it, in place of the last such change, which 0 undoes;
 * answered by `nudged`. Training stops for it.
 * @typedef {{ type: "nudge", run: number, index: number, change: number }} NudgeOne
 *
 * The last snapshot is being drawn: the next may come.
 * @typedef {{ type: "drawn", run: number }} Drawn
 *
 * The console's questions.
 * @typedef {{ type: "train", run: number, id: number, steps?: number, examples?: number }} Train
 * @typedef {{ type: "evaluate", run: number, id: number, set: "test" | "train" }} Evaluate
 * @typedef {{ type: "predict", run: number, id: number, pixels: Float32Array }} Predict
 * @typedef {{ type: "predict-strokes", run: number, id: number, points: Float64Array, lengths: Uint32Array }} PredictStrokes
 * @typedef {{ type: "get-parameters", run: number, id: number, which: "trained" | "average" }} GetParameters
 * @typedef {{ type: "set-parameters", run: number, id: number, values: Float32Array }} SetParameters
 * @typedef {{ type: "get-gradient", run: number, id: number }} GetGradient
 * @typedef {{ type: "get-options", run: number, id: number }} GetOptions
 * @typedef {{ type: "save", run: number, id: number }} Save
 *
 * @typedef {{ type: "survey", run: number, id: number, set: "test" | "train", limit: number, count: number }} AskSurvey
 * @typedef {{ type: "cell", run: number, id: number, set: "test" | "train", limit: number, label: number, read: number,
 *   count: number }} AskCell
 * @typedef {{ type: "why", run: number, id: number }} AskWhy
 * @typedef {{ type: "batch", run: number, id: number, count: number }} AskBatch
 * @typedef {{ type: "journey", run: number, id: number, side: number }} AskJourney  side of the pad
 *
 * How the network reads the drawings that are kept; answered by `{ readings, pictures }` as of a cell.
 * @typedef {{ type: "read-drawings", run: number, id: number }} ReadDrawings
 *
 * Read single images as the average over fixed views of them, or again as they are.
 * @typedef {{ type: "average-views", run: number, on: boolean }} AverageViews
 *
 * The visitor's labelled drawings, in place of those before.
 * @typedef {{ type: "keep-drawings", run: number, id?: number, points: Float64Array, lengths: Uint32Array,
 *   strokes: Uint32Array,          // strokes of each drawing
 *   labels: Uint8Array }} KeepDrawings
 *
 * @typedef {Start | Reset | NewStart | Restore | GoBack | LoadData | ShippedData | Teach} Restart
 * @typedef {Train | Evaluate | Predict | PredictStrokes | GetParameters | SetParameters | GetGradient
 *   | GetOptions | Save | AskSurvey | AskCell | AskWhy | AskBatch | AskJourney | ReadDrawings} Question
 * @typedef {Play | Pause | Step | KeepRun | LookBack | ReturnToNewest | SetLearningRate | SetBatchSize | WatchPlane | WatchNeuron
 *   | NudgeOne | Drawn | AverageViews | KeepDrawings} Command
 * @typedef {ShowStrokes | ShowNothing | ShowNoise | ShowExample} Show
 * @typedef {Restart | Question | Command | Show} ToWorker
 */

/**
 * What a worker does with each of them; questions return their answer, or a sign that it comes later.
 * @typedef {{ [Type in ToWorker["type"]]: (message: Extract<ToWorker, { type: Type }>) => unknown }} Handlers
 *
 * What each question is answered with; restarts and commands with an `id` are answered, too.
 * @typedef {{ train: Trained, evaluate: Pick<Survey, "cost" | "accuracy" | "confusion">,
 *   predict: Prediction, "predict-strokes": Prediction,
 *   "get-options": Options, "get-parameters": Float32Array, "set-parameters": void, "get-gradient": Float32Array,
 *   save: ArrayBuffer,
 *   survey: Survey, cell: Cell, why: Why | null, batch: Batch, journey: Journey | null, "read-drawings": Cell,
 *   "keep-drawings": void,
 *   start: Options, reset: Options, "new-start": Options, restore: Options, "go-back": Options,
 *   "load-data": Counts, "shipped-data": Counts, teach: Counts
 * }} Answers
 */

/**
 * Messages as the parts of the page write them: whoever posts them knows the run they are about, and numbers them.
 *
 * @template Message @template {string} Known
 * @typedef {Message extends unknown ? Omit<Message, Known> : never} Without
 */

/**
 * @typedef {Without<Command | Show, "run">} AboutRun
 * @typedef {<Type extends keyof Answers>(question: { type: Type } & Without<Extract<ToWorker, { type: Type }>, "run" | "id">)
 *   => Promise<Answers[Type]>} Ask  about the run shown
 *
 * A run in place of the one shown, unless `replaces` says otherwise.
 * @typedef {Without<Restart, "run" | "replaces" | "id"> & { replaces?: number | null }} NextRun
 * @typedef {<Type extends Restart["type"]>(next: { type: Type } & Without<Extract<Restart, { type: Type }>, "run" | "replaces" | "id">)
 *   => Promise<Answers[Type]>} Begin
 */

// ---------------------------------------------------------------------------------------------------------
// worker -> page
// ---------------------------------------------------------------------------------------------------------

/**
 * How much of the digits is fetched and unpacked, before all else.
 * @typedef {{ type: "loading", share: number }} Loading  0..1
 *
 * The module and the data are loaded. Comes before any answer, unless loading `failed`.
 * @typedef {{ type: "ready", limits: Limits, counts: Counts, provenance: string }} Ready
 *
 * @typedef {{ type: "started", run: number, replaces: number | null, options: Options, counts: Counts,
 *   sizes: number[],               // neurons of every layer, input and output included
 *   parameterCount: number,
 *   step: number, examples: number, epoch: number,
 *   continues: boolean,            // the history up to that step still stands
 *   restored: boolean,             // from a saved state
 *   data: DataTold
 * }} Started
 *
 * @typedef {{ type: "options", run: number, options: Options,
 *   diverts: boolean               // the run is not what its options alone make any more
 * }} OptionsChanged
 *
 * The state of the run as it is now; at most one per frame drawn. Parts that were not computed anew are null.
 * @typedef {{ type: "snapshot", run: number, step: number, examples: number, epoch: number,
 *   parameters: Float32Array,      // layer by layer, weights [in, out], then biases; transferred
 *   change: Float32Array | null,   // of each since the snapshot before; null when they are the same; transferred
 *   nudges: Nudges | null,
 *   report: StepReport | null,     // of the last step, when it was an observed one
 *   measured: Measured[],          // since the last snapshot, oldest first
 *   curve: Curve | null,
 *   reading?: Reading | null,      // null when nothing stands before the network; left out where it was just told
 *   back: LookedBack | null,       // when it is an earlier step
 *   idle: Uint8Array | null        // [hidden neurons], 1 for each that is dead or saturated; transferred
 * }} Snapshot
 *
 * @typedef {{ type: "reading", run: number,
 *   input: Float32Array | null,    // as the network sees it, 0..1
 *   reading: Reading | null
 * }} ReadingChanged
 *
 * What a nudge did to the cost of the batch about to be used.
 * @typedef {{ type: "nudged", run: number, index: number, change: number,
 *   step: number,                  // that the run stands at
 *   predictedChange: number,       // slope times change
 *   measuredChange: number
 * }} Nudged
 *
 * An image of the data, or noise (`label` and `set` null), now stands before the network.
 * @typedef {{ type: "image", run: number,
 *   pixels: Float32Array,          // 0..255
 *   label: number | null,
 *   set: "test" | "train" | null,
 *   index: number | null           // which image of the set
 * }} ImageShown
 *
 * The run went on from an earlier step: what came after it is forgotten.
 * @typedef {{ type: "gone-on", run: number, step: number }} GoneOn
 *
 * Training ended by itself: the budget is used up.
 * @typedef {{ type: "stopped", run: number }} Stopped
 * @typedef {{ type: "diverged", run: number, step: number, cost: number, learningRate: number,
 *   dead: boolean,                 // the cost is a number, but as bad as guessing, and there is no way back
 *   silent: boolean,               // nor was there a way: the first weights give every image the same answer
 *   overshoot: Overshoot | null    // when it is found, the place it was made from is looked at
 * }} Diverged
 *
 * Two directions that hold most of the path so far, and the cost over them: first a coarse grid, then finer ones.
 * @typedef {{
 *   path: [number, number][],   // the places the run came through, in the plane's coordinates; the last is (0, 0)
 *   steps: number[],            // the step at each
 *   kept: [number, number][],   // the places of a run kept beside this one, if there is one
 *   share: number,              // of the path's variance that lies in the plane, 0..1
 *   extent: { left: number, bottom: number, right: number, top: number }
 * }} LaidPlane
 * @typedef {LaidPlane & { seed: number | null }} SeededPlane  // `seed`: of random directions; null for the path's own
 * @typedef {SeededPlane & { type: "plane", run: number, side: number,
 *   costs: Float32Array         // [side, side] over the extent, row by row from the lower left; transferred
 * }} PlaneMeasured
 *
 * There is no path any more that a plane could be laid through: parameters were put in.
 * @typedef {{ type: "no-plane", run: number }} NoPlane
 *
 * A state to come back to, every few seconds of training.
 * @typedef {{ type: "saved", run: number, bytes: ArrayBuffer, step: number }} Saved
 *
 * @typedef {{ type: "answer", run: number, id: number, value: unknown }} Answer  see `Answers`
 * @typedef {{ type: "refused", run: number, id?: number, message: string }} Refused
 *
 * This worker can do nothing more. `what` says which part failed.
 * @typedef {{ type: "failed", run: number, message: string, what: "code" | "data" }} Failed
 *
 * @typedef {Loading | Ready | Started | OptionsChanged | Snapshot | ReadingChanged | ImageShown | GoneOn | Stopped
 *   | PlaneMeasured | NoPlane | Nudged | Diverged | Saved | Answer | Refused | Failed} FromWorker
 */

export {};
