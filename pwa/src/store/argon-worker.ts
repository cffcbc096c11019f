// A thread of its own for Argon2id, so that the page goes on answering to whoever touches it.
import { argon } from "./argon.ts";
import type { Asked } from "./argon.ts";

onmessage = ({ data }: MessageEvent<Asked>): void => void argon(data).then((raw) => postMessage(raw));
