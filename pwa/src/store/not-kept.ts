// What to say when the phone itself could not keep something.

/** In one sentence, whatever the reason was. */
export const notKeptWords = (failure: unknown): string =>
  failure instanceof NotKept ? failure.message : "This phone could not keep that. What you wrote is still here. Leave Heed open and try again.";

/** There was no room. Whatever was on its way into the store is still where it came from, on the screen or in a draft. */
export class NotKept extends Error {
  override readonly name = "NotKept";
  constructor() {
    super("There is no room left on this phone. What you wrote is still here. Free some space on the phone, then try again.");
  }
}
