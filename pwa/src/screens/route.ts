import { signal } from "@preact/signals";

/** Where the app is: the parts of the address after `#/`, and what follows a question mark. */
export interface Route {
  name: string;
  rest: string[];
  with: URLSearchParams;
}

function read(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [name = "", ...rest] = path.split("/").filter(Boolean).map(decodeURIComponent);
  return { name: name || "home", rest, with: new URLSearchParams(query) };
}

const hashNow = (): string => (typeof location === "undefined" ? "" : location.hash);

export const route = signal<Route>(read(hashNow()));

/** Listens to the address; answers how to stop listening. */
export function followAddress(): () => void {
  const follow = (): void => {
    route.value = read(hashNow());
  };
  addEventListener("hashchange", follow);
  follow();
  return () => removeEventListener("hashchange", follow);
}

/** The address of a screen: `to("thread", key)`. */
export const to = (name: string, ...rest: string[]): string => `#/${[name, ...rest].map(encodeURIComponent).join("/")}`;

export function go(address: string): void {
  location.hash = address;
}

/** Goes on without leaving a step behind for the back button. */
export function replace(address: string): void {
  history.replaceState(null, "", address);
  dispatchEvent(new HashChangeEvent("hashchange"));
}
