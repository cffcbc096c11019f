// Which addresses may become scripts. The policy of our pages (server/static_files.py) takes no other, and no text at all.

interface TrustedTypesFactory {
  createPolicy: (name: string, rules: { createScriptURL: (address: string) => string }) => unknown;
}

const OWN = /^\/(?:sw\.js|assets\/[\w-]+(?:\.[\w-]+)*\.js)$/;

/** The address when it is the service worker's or that of a file of the built app; throws for any other. */
export function ownScript(address: string, origin: string): string {
  const asked = new URL(address, origin);
  if (asked.origin !== origin || !OWN.test(asked.pathname) || asked.search) throw new TypeError("That is no script of Heed's.");
  return address;
}

/**
 * From here on a service worker or a worker can be started from our own files alone, where the browser knows Trusted
 * Types. Text can become neither script nor markup, since there is no rule here by which it could.
 */
export function trustOwnScripts(origin: string): void {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypesFactory };
  trustedTypes?.createPolicy("default", { createScriptURL: (address) => ownScript(address, origin) });
}
