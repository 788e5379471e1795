/** Messages are written for the command line and the file as well: what only helps there is told apart. */
const TECHNICAL = /(^|[\s`(])--[a-z]|newsletter\.yaml|\bindent(ed)?\b/;
const CODE = /^newsletter |[:{}[\]]/;

/** Whether a sentence is about a command, an option, or how the file is written. */
function isTechnical(sentence: string): boolean {
  return TECHNICAL.test(sentence) || sentence.split("`").some((piece, index) => index % 2 === 1 && CODE.test(piece));
}

function partsOf(text: string): { plain: string; technical: string } {
  const sentences = text.split(/(?<=[.!?])\s+(?=[A-Z“`])/);
  return { plain: sentences.filter((one) => !isTechnical(one)).join(" "), technical: sentences.filter(isTechnical).join(" ") };
}

/** A message in two parts; one that is technical only is said as it is. */
export function splitTechnical(text: string): { plain: string; technical: string } {
  const parts = partsOf(text);
  return parts.plain ? parts : { plain: text, technical: "" };
}

/** A hint in two parts; one that only helps in the file leaves nothing to be said beside the field. */
export const hintParts = (hint: string): { plain: string; technical: string } => (hint ? partsOf(hint) : { plain: "", technical: "" });
