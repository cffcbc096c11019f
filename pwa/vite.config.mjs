import { defineConfig } from "vite";
import { serviceWorker } from "./sw-plugin.mjs";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: process.env.HEED_APP_OUT || "dist",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    assetsInlineLimit: 0,
  },
  plugins: [serviceWorker("src/sw.ts")],
});
