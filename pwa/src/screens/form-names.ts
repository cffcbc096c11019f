/** What people call each form; the name in the schema is for the office. */
const names: Record<string, string> = {
  concern: "Something worries me",
  "visit-note": "Visit note",
  "transaction-receipt": "Money",
  handover: "Handover",
  review: "Decision",
  acknowledgement: "I have read this",
  opening: "Opened to a manager",
  quarantine: "Came in with an error",
  photo: "A photo",
};

export const formName = (form: string): string => names[form] ?? form;
