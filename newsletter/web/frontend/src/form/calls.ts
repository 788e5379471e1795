/** What a call to action usually has: a new one shows these fields, and the file gets them when they are filled in. */
export const CALL_FIELDS = ["deadline", "button"];
