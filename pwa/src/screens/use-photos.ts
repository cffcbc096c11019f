import type { PhotoKeeper } from "../elements/photo-input";
import { useActs } from "./acts";
import { useView, type Entry } from "./view";

/** The photos of an entry: from this phone, else from the server when there is signal. */
export function usePhotosOf(entry: Entry | undefined): PhotoKeeper {
  const acts = useActs();
  const { photos } = useView();
  return {
    keep: photos.keep,
    isDamaged: (hash) => entry?.photos.some((each) => each.hash === hash && each.damaged) ?? false,
    show: async (hash) => {
      const here = await photos.show(hash);
      if (here) return here;
      const fetched = entry ? await acts.photo(entry.key, hash) : null;
      return fetched ? URL.createObjectURL(fetched) : null;
    },
  };
}
