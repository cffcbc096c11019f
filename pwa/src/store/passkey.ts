// Passkeys: the phone's fingerprint, face or own lock, through the browser. Nothing here is kept or sent.
import type { Bytes } from "../domain/bytes.ts";
import { fromBase64url, randomBytes, sha256, toBase64url, utf8 } from "../domain/bytes.ts";
import type { ShownPasskey } from "./worker.ts";

/** What the server wants a new passkey to be for. Source: W3C Web Authentication 3, section 5.1.8. */
export interface CreationOptions {
  challenge: string;
  rp: { id?: string; name: string };
  user: { id: string; name: string; displayName: string };
  pubKeyCredParams: { type: "public-key"; alg: number }[];
  timeout?: number;
  excludeCredentials?: { id: string; type: "public-key" }[];
}

/** What the server wants a passkey to sign. */
export interface RequestOptions {
  challenge: string;
  rpId?: string;
  timeout?: number;
  allowCredentials?: { id: string; type: "public-key" }[];
}

/** Nobody showed a passkey: it was called off, took too long, or is not on this phone. */
export class NotShown extends Error {
  override readonly name = "NotShown";
  constructor() {
    super("That did not open. Try again, or write your passphrase.");
  }
}

/** A passkey, with what to tell the server of it. What it answers to our own question never leaves this phone. */
export interface Passkey extends ShownPasskey {
  forServer: unknown;
}

const PATIENCE = 60_000;

/** Our question to a passkey, the same everywhere: each phone derives its own key from the answer. */
const question = (): Promise<Bytes> => sha256(utf8("heed/passkey/1"));

/**
 * Make a passkey on this phone, or show the one of theirs that it has already. Throws NotShown when whoever holds it
 * does not go on.
 */
export async function makePasskey(options: CreationOptions): Promise<Passkey & { isNew: boolean }> {
  const host = options.rp.id ?? location.hostname;
  const here = (options.excludeCredentials ?? []).map(({ id }) => ({ credential: id, host }));
  const made = await asked(async () =>
    navigator.credentials.create({
      publicKey: {
        challenge: fromBase64url(options.challenge),
        rp: options.rp,
        user: { ...options.user, id: fromBase64url(options.user.id) },
        pubKeyCredParams: options.pubKeyCredParams,
        timeout: options.timeout ?? PATIENCE,
        excludeCredentials: listed(options.excludeCredentials),
        // Discoverable, so that nobody writes a name; the person is checked, so that it counts as two things.
        authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
        attestation: "none",
        extensions: { prf: { eval: { first: await question() } } },
      },
    }),
    () => here.length > 0,
  );
  if (made === null) return { ...(await showOneOf(here)), isNew: false };
  const response = made.response as AuthenticatorAttestationResponse;
  const said = made.getClientExtensionResults().prf;
  const forServer = {
    ...described(made),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
  // Some answer only when they are shown, and not yet when they are made.
  const answer = answerIn(said) ?? (said?.enabled ? (await showOneOf([{ credential: made.id, host }])).answer : null);
  return { credential: made.id, host, answer, forServer, isNew: true };
}

/** Show a passkey that is on this phone. Throws NotShown when nobody does. */
export async function showPasskey(options: RequestOptions): Promise<Passkey> {
  const host = options.rpId ?? location.hostname;
  const shown = await asked(async () =>
    navigator.credentials.get({
      publicKey: {
        challenge: fromBase64url(options.challenge),
        rpId: host,
        timeout: options.timeout ?? PATIENCE,
        allowCredentials: listed(options.allowCredentials),
        userVerification: "required",
        extensions: { prf: { eval: { first: await question() } } },
      },
    }),
  );
  if (shown === null) throw new NotShown();
  const response = shown.response as AuthenticatorAssertionResponse;
  const forServer = {
    ...described(shown),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : null,
    },
  };
  return { credential: shown.id, host, answer: answerIn(shown.getClientExtensionResults().prf), forServer };
}

/** Show one of these passkeys with no server to ask, only for what it answers. */
export const showOneOf = (keys: readonly { credential: string; host: string }[]): Promise<Passkey> =>
  showPasskey({
    challenge: toBase64url(randomBytes(32)),
    ...(keys[0] ? { rpId: keys[0].host } : {}),
    allowCredentials: keys.map(({ credential }) => ({ id: credential, type: "public-key" })),
  });

/** What the browser answers; null when the passkey is there already and `isHere` says that this will do. */
async function asked(ask: () => Promise<Credential | null>, isHere = () => false): Promise<PublicKeyCredential | null> {
  try {
    const shown = await ask();
    if (shown) return shown as PublicKeyCredential;
  } catch (failure) {
    if (!(failure instanceof DOMException)) throw failure;
    if (failure.name === "InvalidStateError" && isHere()) return null;
  }
  // The browser says why as little as it can, so that no page learns which passkeys there are.
  throw new NotShown();
}

const listed = (known: readonly { id: string }[] = []): PublicKeyCredentialDescriptor[] => known.map(({ id }) => ({ id: fromBase64url(id), type: "public-key" }));

/** Without the results of extensions: what the passkey answered is nobody's but this phone's. */
const described = (credential: PublicKeyCredential) => ({
  id: credential.id,
  rawId: credential.id,
  type: credential.type,
  authenticatorAttachment: credential.authenticatorAttachment,
  clientExtensionResults: {},
});

const answerIn = (said: AuthenticationExtensionsClientOutputs["prf"]): Bytes | null => {
  const first = said?.results?.first;
  if (!first) return null;
  return first instanceof ArrayBuffer ? new Uint8Array(first) : new Uint8Array(first.buffer, first.byteOffset, first.byteLength).slice() as Bytes;
};

const text = (bytes: ArrayBuffer): string => toBase64url(new Uint8Array(bytes));
