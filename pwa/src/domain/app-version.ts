/** Which app made an entry, and what settings show. Goes up with every release. */
export const APP_VERSION = "1";
