import type { PhotoKeeper } from "../elements/photo-input";
import { useActs } from "./acts";
import { useView } from "./view";

/** The photos of an entry: from this phone, else from the server when there is signal. */
export function usePhotosOf(key: string): PhotoKeeper {
  const acts = useActs();
  const { photos } = useView();
  return {
    keep: photos.keep,
    show: async (hash) => {
      const here = await photos.show(hash);
      if (here) return here;
      const fetched = await acts.photo(key, hash);
      return fetched ? URL.createObjectURL(fetched) : null;
    },
  };
}
