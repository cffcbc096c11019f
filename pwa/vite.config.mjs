import { defineConfig } from "vite";
import { appVersion } from "./app-version.mjs";
import { serviceWorker } from "./sw-plugin.mjs";

export default defineConfig({
  define: { __APP_VERSION__: JSON.stringify(appVersion()) },
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
