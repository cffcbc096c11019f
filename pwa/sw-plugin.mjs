import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "vite";
import { appVersion } from "./app-version.mjs";

/** Builds the service worker last, with the list of every file that the app needs to open without signal. */
export function serviceWorker(entry) {
  let config;
  let failed = false;
  return {
    name: "heed-service-worker",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    buildEnd(error) {
      failed = Boolean(error);
    },
    closeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        if (failed) return;
        const folder = resolve(config.root, config.build.outDir);
        const files = readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((each) => each.isFile() && each.name !== "sw.js" && !each.name.endsWith(".map"))
          .map((each) => join(each.parentPath, each.name))
          .sort();
        const manifest = files.map((path) => {
          const url = path.slice(folder.length);
          // A file whose name holds its hash needs no revision; any other is known by what is in it.
          const revision = url.startsWith("/assets/") ? null : createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 16);
          return { url, revision };
        });
        await build({
          configFile: false,
          logLevel: "error",
          publicDir: false,
          define: { __APP_VERSION__: JSON.stringify(appVersion()), __PRECACHE__: JSON.stringify(manifest), "process.env.NODE_ENV": '"production"' },
          build: {
            outDir: folder,
            emptyOutDir: false,
            target: config.build.target,
            lib: { entry: resolve(config.root, entry), formats: ["iife"], name: "heed", fileName: () => "sw.js" },
          },
        });
      },
    },
  };
}
