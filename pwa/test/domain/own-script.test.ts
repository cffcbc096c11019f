// Only files of the app itself become scripts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ownScript } from "../../src/domain/own-script.ts";

const HERE = "https://heed.example.org";

test("the service worker and the files of the app may run", () => {
  for (const address of ["/sw.js", "/assets/stretch-1a2B_3.js", `${HERE}/sw.js`, `${HERE}/assets/app.worker-x.js`])
    assert.equal(ownScript(address, HERE), address);
});

test("nothing else may", () => {
  const others = [
    "https://evil.example/sw.js", "//evil.example/sw.js", "data:text/javascript,alert(1)", "blob:https://heed.example.org/1", "javascript:alert(1)",
    "/api/photo/1/2/3", "/assets/../api/forms", "/assets/", "/assets/a.json", "/sw.js?v=2", "/assets/%2e%2e/x.js", "", "http://heed.example.org/sw.js",
    `${HERE}:444/sw.js`, "https://heed.example.org@evil.example/sw.js", "/index.html", "/Assets/a.js",
  ];
  for (const address of others) assert.throws(() => ownScript(address, HERE), TypeError, address);
});
