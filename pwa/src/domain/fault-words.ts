// Says what is wrong with an answer, in one plain sentence. Twin of `words_for` on the server.
import { WHOLE, resolve } from "./validate.ts";
import type { Failure, Schema } from "./validate.ts";

/** One plain sentence about a fault, made from the question's own title. */
export function wordsFor({ field, keyword, limit }: Failure, form: Schema): string {
  if (field === WHOLE) return "These answers could not be read.";
  const path = field.split(".");
  const lines: string[] = [];
  let part: Schema = form;
  let asked: Schema | undefined;
  for (const name of path) {
    if (/^[0-9]+$/.test(name)) {
      lines.push(`${asked?.["x-item"] ?? "Line"} ${Number(name) + 1}`);
      part = resolve(asked?.items ?? {}, form);
    } else asked = find(part, name, form);
  }
  const where = lines.length ? `${lines.join(", ")}: ` : "";
  return where + say(keyword, asked?.title ?? path[path.length - 1] ?? "", asked ?? {}, limit ?? 0);
}

function find(part: Schema, name: string, form: Schema): Schema | undefined {
  const own = part.properties?.[name];
  const asked = own && resolve(own, form);
  if (asked?.title !== undefined) return asked;
  for (const branch of part.allOf ?? []) {
    const found = find(branch.then ?? branch, name, form);
    if (found) return found;
  }
  return undefined;
}

function say(keyword: string, title: string, asked: Schema, limit: number): string {
  const widget = asked["x-widget"];
  if (widget === "tick" && keyword !== "unevaluatedProperties") return `Please tick this: ${title}`;
  switch (keyword) {
    case "text": return `Some letters here cannot be read. Please write this again: ${title}`;
    case "minLength": return limit > 1 ? `Please write a little more: ${title}` : `Please answer this: ${title}`;
    case "maxLength": return `Please make this shorter, ${limit} letters at most: ${title}`;
    case "minItems": return `Please answer this: ${title}`;
    case "maxItems": return `Please keep ${limit} at most: ${title}`;
    case "uniqueItems": return `The same answer is here twice: ${title}`;
    case "minimum": case "maximum":
      return widget === "money"
        ? `Please write an amount from ${pounds(asked.minimum ?? 0)} to ${pounds(asked.maximum ?? 0)}: ${title}`
        : `Please choose this again: ${title}`;
    case "pattern": case "format":
      if (widget === "datetime") return `Please choose a real day and time: ${title}`;
      return widget === "text" || widget === "longtext" ? `Please answer this: ${title}` : `Please choose this again: ${title}`;
    case "type": case "enum": case "const": return `Please answer this again: ${title}`;
    case "unevaluatedProperties": return `This was answered but not asked: ${title}`;
    default: return `Please answer this: ${title}`;
  }
}

function pounds(pence: number): string {
  return `£${Math.floor(pence / 100).toLocaleString("en-GB")}.${String(pence % 100).padStart(2, "0")}`;
}
