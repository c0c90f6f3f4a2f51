// The script of the Web Worker: loads the schema validator's module, and says so when it cannot.
try {
  importScripts("../schema-worker.js");
  wasm_bindgen({ module_or_path: "../schema-worker_bg.wasm" }).catch(() => postMessage('{"ready":false}'));
} catch {
  postMessage('{"ready":false}');
}
