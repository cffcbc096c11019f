import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A screen that is rarely needed: its code is read when it is, from this phone's own copy of the app. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let found: ComponentType<Props> | null = null;
  return function Later(props: Props) {
    const [Screen, setScreen] = useState<ComponentType<Props> | null>(() => found);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (found) return;
      load().then((loaded) => {
        found = loaded;
        setScreen(() => loaded);
      }, () => setFailed(true));
    }, []);
    if (failed) return <p>This part of Heed is not on this phone yet. Open it once with signal.</p>;
    return Screen ? <Screen {...props} /> : <p class="soft">Opening…</p>;
  };
}
