import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { enter } from "./tensorflow.js";

// Its own module picks SIMD by itself; threads need response headers that static hosts do not send.
setWasmPaths(new URL("./", import.meta.url).href);
enter("wasm");
