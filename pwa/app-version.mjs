// The version of the app as people see it: its number, and a mark that changes whenever anything in it does.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const HERE = import.meta.dirname;

export function appVersion() {
  const { version } = JSON.parse(readFileSync(join(HERE, "package.json"), "utf8"));
  const mark = createHash("sha256");
  for (const file of ["package-lock.json", ...sources("src"), ...sources("public")]) mark.update(file).update(readFileSync(join(HERE, file)));
  return `${version}+${mark.digest("hex").slice(0, 7)}`;
}

const sources = (folder) =>
  readdirSync(join(HERE, folder), { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map((found) => join(found.parentPath, found.name).slice(HERE.length + 1))
    .sort();
