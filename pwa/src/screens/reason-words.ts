/** Why an entry is kept but does not count, in the writer's words; the server sends a code with what is fetched. */
const reasonWords: Record<string, string> = {
  already_decided: "Somebody had already decided. Yours is kept beside it.",
  conflicted: "You are named in this, so somebody else must decide.",
  own_entry: "You wrote this yourself, so somebody else must decide.",
  not_allowed: "Your role here does not decide this. It is kept, and a manager can see it.",
  not_yours: "Only the person who wrote it can correct it. Yours is kept beside it.",
  waiting: "What this is about has not arrived yet. It will count when it comes.",
  wrong_form: "This does not fit what it is about. It is kept, and a manager can see it.",
  checked_by_recorder: "The person who checked it must not be the person who recorded it.",
};

/** The words for a code; words that came as words stay as they are. */
export const wordsForReason = (reason: string): string => reasonWords[reason] ?? reason;
