// Applies the chosen theme before the first paint, then starts the WebAssembly module that the
// preload links of this page name. A file of its own, so that the page needs no inline script.
const theme = localStorage.getItem("hasp.theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;

document.addEventListener("DOMContentLoaded", () => {
  const glue = document.querySelector('link[rel="modulepreload"]');
  const module = document.querySelector('link[rel="preload"][type="application/wasm"]');
  import(glue.href)
    .then((bindings) => bindings.default({ module_or_path: module.href }))
    .catch((error) => {
      document.getElementById("boot").dataset.state = "failed";
      throw error;
    });
});
