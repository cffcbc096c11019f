// Writes as a phone does, for tests/test_sealed_by_the_app.py: {"intake", "answers"} in, what this phone would send out.
import { toBase64url, toHex, sha256 } from "../../src/domain/bytes.ts";
import { withDatabase } from "../../src/store/database.ts";
import { write } from "../../src/store/outbox.ts";
import { keepPhoto } from "../../src/store/photo.ts";
import type { Answers } from "../../src/domain/form.ts";
import { PROVIDER, knowHome, note, settleIn } from "../phone.ts";

let asked = "";
for await (const part of process.stdin) asked += String(part);
const { intake, answers } = JSON.parse(asked) as { intake: string; answers: Answers };

await settleIn("amina");
knowHome(intake);
const bytes = new TextEncoder().encode("A receipt");
const hash = toHex(await sha256(bytes));
await keepPhoto({ bytes, hash });
await write({ ...note({ ...answers, receipt_photo: [hash] }, "transaction-receipt"), photos: [{ hash, type: "image/jpeg", size: bytes.length }] }, null);
await write(note(answers), null);
const [items, photos, worker] = await withDatabase((open) => Promise.all([open.getAll("outbox"), open.getAll("outboxPhoto"), open.get("worker", "amina")]));
process.stdout.write(
  JSON.stringify({
    provider: PROVIDER,
    point: worker?.point,
    items: items.map(({ item }) => item),
    photos: photos.map(({ sealed, entry, keyId, hash: name }) => ({ entry, keyId, hash: name, sealed: toBase64url(new Uint8Array(sealed)) })),
  }),
);
