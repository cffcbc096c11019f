// The addresses of the server for passphrases, passkeys, codes, devices and the workers of a manager.
import type { CreationOptions } from "../store/passkey.ts";
import type { SecondStep } from "../store/worker.ts";
import { ask, post } from "./api-client.ts";

export interface Security {
  code: boolean;
  recovery_codes_left: number;
  passkeys: { id: string; name: string; made_at: string; last_used_at: string | null }[];
  second_step: SecondStep;
}

export interface OwnDevice {
  id: string;
  name: string;
  this: boolean;
  made_at: string;
  last_seen_at: string | null;
  signed_in: boolean;
  unsent: number | null;
}

export interface ManagedWorker {
  id: string;
  name: string;
  sign_in_name: string;
  left_at: string | null;
  roles: { id: string; service: string; role: string; from: string; until: string | null }[];
  devices: { id: string; name: string; last_seen_at: string | null; signed_in: boolean; unsent: number | null }[];
}

const remove = async (path: string, token: string): Promise<void> => (await ask<void>(path, { method: "DELETE", token })).content;
const put = async <Content>(path: string, body: unknown, token: string): Promise<Content> => (await ask<Content>(path, { method: "PUT", body, token })).content;

// One's own
export const security = async (token: string): Promise<Security> => (await ask<Security>("/api/me/security", { token })).content;
export const beginCodeApp = (token: string): Promise<{ secret: string; uri: string; qr: string[] }> => post("/api/me/code", undefined, token);
export const confirmCodeApp = (token: string, code: string): Promise<{ recovery_codes: string[] }> => put("/api/me/code", { code }, token);
export const removeCodeApp = (token: string): Promise<void> => remove("/api/me/code", token);
export const newPasskeyOptions = (token: string): Promise<{ challenge_id: string; options: CreationOptions }> => post("/api/me/passkeys/options", undefined, token);
export const addPasskey = (token: string, made: { challenge_id: string; credential: unknown; name: string }): Promise<{ id: string; recovery_codes: string[] }> =>
  post("/api/me/passkeys", made, token);
export const removePasskey = (token: string, id: string): Promise<void> => remove(`/api/me/passkeys/${id}`, token);
export const changePassword = (token: string, words: { old: string; new: string }): Promise<void> => put("/api/me/password", words, token);
export const ownDevices = async (token: string): Promise<OwnDevice[]> => (await ask<OwnDevice[]>("/api/me/devices", { token })).content;
export const signOutDevice = (token: string, id: string): Promise<void> => post(`/api/me/devices/${id}/sign-out`, undefined, token);

// Those whom a manager manages
export const managedWorker = async (token: string, id: string): Promise<ManagedWorker> => (await ask<ManagedWorker>(`/api/workers/${id}`, { token })).content;
export const giveRole = (token: string, id: string, role: { service: string; role: string }): Promise<unknown> => post(`/api/workers/${id}/roles`, role, token);
export const endRole = (token: string, id: string, grant: string): Promise<void> => post(`/api/workers/${id}/roles/${grant}/end`, undefined, token);
export const revokeDevice = (token: string, id: string, device: string): Promise<void> => post(`/api/workers/${id}/devices/${device}/revoke`, undefined, token);
export const leave = (token: string, id: string): Promise<void> => post(`/api/workers/${id}/leave`, undefined, token);
export const passwordCode = (token: string, id: string, asked: { second_step?: "remove" }): Promise<{ code: string; url: string; qr: string[]; expires_at: string }> =>
  post(`/api/workers/${id}/password-code`, asked, token);
