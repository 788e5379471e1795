/** Markdown as the words a reader sees, for titles and labels of the interface. */
export function plainWords(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<((?:https?:|mailto:)?[^\s<>]+)>/g, "$1")
    .replace(/^(?:mailto|tel):(?=\S+$)/i, "")
    .replace(/(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1/g, "$2")
    .replace(/\{([a-z][a-z0-9_]*)(?:\|([^{}|]*))?\}/g, (_, name: string, fallback?: string) => fallback ?? name.replaceAll("_", " "))
    .replace(/\\([^\w\s])/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
}

export function fileSize(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** Names in quotation marks, as a sentence lists them. */
export function quotedNames(names: string[]): string {
  const quoted = names.map((name) => `“${name}”`);
  return quoted.length > 1 ? `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1)}` : (quoted[0] ?? "");
}
