// What the page promises to teachers and tests as `window.descent`.

export type Stroke = [x: number, y: number][];

export interface Options {
  preset: string;
  layers: number[];
  activation: string;
  cost: string;
  optimizer: string;
  learningRate: number;
  schedule: string;
  budget: number | null;
  average: boolean;
  batchSize: number;
  seed: number;
  straighten: boolean;
  augment: boolean;
  labels: string | number;
  trainingExamples: number;
}

export interface Reading {
  digit: number;
  scores: ArrayLike<number>;
  input: ArrayLike<number>;
}

export interface Descent {
  ready: Promise<unknown>;
  configure(options: Partial<Options>): Promise<unknown>;
  options(): Promise<Options>;
  train(amount: { steps: number } | { examples: number }): Promise<{
    step: number;
    examples: number;
    epoch: number;
    cost: number;
    seconds: number;
  }>;
  evaluate(set: "test" | "train"): Promise<{ cost: number; accuracy: number; confusion: number[][] }>;
  predict(pixels: ArrayLike<number>): Promise<Reading>;
  predictStrokes(strokes: Stroke[]): Promise<Reading>;
  parameters(which?: "average"): Promise<Float32Array>;
  setParameters(values: Float32Array): Promise<unknown>;
  gradient(): Promise<Float32Array>;
  loadData(images: ArrayBuffer, labels: ArrayBuffer): Promise<{ train: number; test: number }>;
  save(): Promise<ArrayBuffer>;
  restore(state: ArrayBuffer): Promise<unknown>;
}

declare global {
  var descent: Descent;
}
