// Which app made an entry, what settings show, and what managers see of each phone.

/** Written in by the build: the version of the app, and a mark of what it was built from. */
declare const __APP_VERSION__: string | undefined;

export const APP_VERSION = typeof __APP_VERSION__ === "string" ? __APP_VERSION__ : "not built";
