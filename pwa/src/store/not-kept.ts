// What to say when the phone itself could not keep something.

/** In one sentence, whatever the reason was. */
export const notKeptWords = (failure: unknown): string =>
  failure instanceof NotKept ? failure.message : "This phone could not keep that. What you wrote is still here. Leave Heed open and try again.";

/** The same of what was fetched. */
export const notFetchedWords = (failure: unknown): string =>
  failure instanceof NotKept
    ? "There is no room left on this phone, so what is new is not shown here. Free some space on the phone. What you wrote is safe."
    : "This phone could not keep what is new. I will keep trying. What you wrote is safe.";

/** There was no room. Whatever was on its way into the store is still where it came from, on the screen or in a draft. */
export class NotKept extends Error {
  override readonly name = "NotKept";
  constructor() {
    super("There is no room left on this phone. What you wrote is still here. Free some space on the phone, then try again.");
  }
}
