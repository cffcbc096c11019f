/** Whether this browser knows passkeys at all. Where it does not, nothing is said of them. */
export const passkeysHere = (): boolean => typeof PublicKeyCredential !== "undefined";

/** Whether this very phone can be a passkey, with its fingerprint, face or own lock. */
export const canBePasskey = async (): Promise<boolean> =>
  passkeysHere() && (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false));
