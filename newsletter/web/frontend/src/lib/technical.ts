/** Messages are written for the command line as well: what only helps there is told apart. */
const TECHNICAL = /`newsletter |`?(^|[\s`(])--[a-z]/;

export function splitTechnical(text: string): { plain: string; technical: string } {
  const sentences = text.split(/(?<=[.!?])\s+(?=[A-Z“`])/);
  const plain = sentences.filter((sentence) => !TECHNICAL.test(sentence));
  if (!plain.length) return { plain: text, technical: "" };
  return { plain: plain.join(" "), technical: sentences.filter((sentence) => TECHNICAL.test(sentence)).join(" ") };
}
