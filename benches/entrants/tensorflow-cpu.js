import "@tensorflow/tfjs-backend-cpu";
import { enter } from "./tensorflow.js";

enter("cpu");
