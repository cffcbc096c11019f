// The forms, as the server serves them, in every version that this phone has met.
import { signal } from "@preact/signals-core";
import type { Schema } from "../domain/form.ts";
import { changed } from "./changes.ts";
import { withDatabase } from "./database.ts";
import type { FormRow } from "./database.ts";

export const forms = signal<FormRow[]>([]);

export async function loadForms(): Promise<void> {
  forms.value = await withDatabase((open) => open.getAll("form"));
}

export async function keepForm(row: FormRow): Promise<void> {
  await withDatabase((open) => open.put("form", row));
  await loadForms();
  changed("form");
}

/** One version of a form, or the newest when none is named. */
export function form(name: string, version?: number): FormRow | null {
  const versions = forms.value.filter((each) => each.form === name && (version === undefined || each.version === version));
  return versions.sort((one, other) => other.version - one.version)[0] ?? null;
}

/** The newest version of every form. */
export const currentForms = (): Map<string, Schema> =>
  new Map([...new Set(forms.value.map((each) => each.form))].map((name) => [name, form(name)?.schema as Schema]));
