import { useEffect, useState } from "preact/hooks";
import { describedBy, inputId } from "./field";
import { Icon } from "./icon";

/** Keeping and showing the photos of an entry; the screen says how, so that this knows no store. */
export interface PhotoKeeper {
  /** Shrinks the picture, keeps it on this phone and answers its hash. */
  keep: (file: Blob) => Promise<string>;
  /** The picture as an address that an image can show, or null while it is not on this phone. */
  show: (hash: string) => Promise<string | null>;
  /** Whether it came to the office damaged, so that nobody else can see it. */
  isDamaged?: (hash: string) => boolean;
}

/** A photo by its hash: small, and large at a tap. */
export function Photo({ hash, words, keeper }: { hash: string; words: string; keeper: PhotoKeeper }) {
  const [source, setSource] = useState<string | null | undefined>(undefined);
  const [isLarge, setLarge] = useState(false);
  useEffect(() => {
    let here = true;
    let shown: string | null = null;
    void keeper.show(hash).then((found) => {
      shown = found;
      if (here) setSource(found);
      else if (found) URL.revokeObjectURL(found);
    }).catch(() => here && setSource(null));
    return () => {
      here = false;
      if (shown) URL.revokeObjectURL(shown);
    };
  }, [hash]);
  if (source === undefined) return <p class="photo-absent">Opening the photo…</p>;
  if (source === null) return <p class="photo-absent">{keeper.isDamaged?.(hash) ? "This photo arrived damaged. Ask for it again." : "Photo on its way"}</p>;
  return (
    <button type="button" class="photo" aria-pressed={isLarge} onClick={() => setLarge(!isLarge)}>
      <img class={isLarge ? "photo-whole" : ""} src={source} alt={words} />
      <span>{isLarge ? "Make it small" : "Make it large"}<span class="only-heard">: {words}</span></span>
    </button>
  );
}

interface PhotoInputProps {
  at: string;
  hashes: readonly string[];
  most: number;
  help: string | null;
  error: string | null;
  keeper: PhotoKeeper;
  onHashes: (hashes: string[]) => void;
}

/** A photo from the camera or from a file. The picture is made smaller and loses its place and time on this phone. */
export function PhotoInput({ at, hashes, most, help, error, keeper, onHashes }: PhotoInputProps) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const take = async (input: HTMLInputElement): Promise<void> => {
    const file = input.files?.[0];
    if (!file) return;
    setBusy(true);
    setTrouble(null);
    try {
      const hash = await keeper.keep(file);
      if (!hashes.includes(hash)) onHashes([...hashes, hash]);
    } catch {
      setTrouble("This picture could not be read. Try another one.");
    } finally {
      setBusy(false);
      input.value = "";
    }
  };
  const source = (words: string, id: string | undefined, camera: boolean) => (
    <label class="button button-quiet button-file">
      <Icon name={camera ? "camera" : "picture"} />
      <span>{words}</span>
      <input
        class="only-heard"
        type="file"
        accept="image/*"
        capture={camera ? "environment" : undefined}
        id={id}
        aria-describedby={describedBy(at, help, error)}
        onChange={(event) => void take(event.currentTarget)}
      />
    </label>
  );
  return (
    <div class="stack-tight">
      <ul class="photos">
        {hashes.map((hash, index) => (
          <li key={hash}>
            <Photo hash={hash} words={`Photo ${index + 1}`} keeper={keeper} />
            <button type="button" class="button button-plain" onClick={() => onHashes(hashes.filter((other) => other !== hash))}>
              Remove<span class="only-heard"> photo {index + 1}</span>
            </button>
          </li>
        ))}
      </ul>
      {hashes.length < most && (
        <div class="row">
          {source("Take a photo", inputId(at), true)}
          {source("Choose a picture", undefined, false)}
        </div>
      )}
      <p class="small soft" role="status">{busy ? "Making the photo smaller…" : ""}</p>
      {trouble && <p class="wrong" role="alert">{trouble}</p>}
    </div>
  );
}
