// Corrections that crossed: which versions of what somebody wrote nobody has replaced yet. Twin of server/domain/standing.py.

interface Version {
  key: string;
  form: string;
  replaces: string | null;
  author: { id: string };
  effect: "counted" | "none" | null;
}

/** The versions of the first entry that count and that nobody has replaced: one, or several when corrections crossed. */
export function currentVersions<Kept extends Version>([root, ...rest]: readonly Kept[]): Kept[] {
  if (!root) return [];
  const own = rest.filter(({ author, form, replaces, effect }) => replaces !== null && author.id === root.author.id && form === root.form && effect !== "none");
  const known = new Set([root.key]);
  // Followed by what replaces what, never by time: a clock that went back must not undo a correction.
  for (let before = 0; before !== known.size; ) {
    before = known.size;
    for (const { key, replaces } of own) if (replaces !== null && known.has(replaces)) known.add(key);
  }
  const versions = [root, ...own.filter(({ key }) => known.has(key))];
  const replaced = new Set(versions.map(({ replaces }) => replaces));
  return versions.filter(({ key }) => !replaced.has(key));
}
