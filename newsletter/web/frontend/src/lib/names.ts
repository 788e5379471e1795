/** Names of the file, of its settings and of the columns of a list, as the pages call them. */
import { strings } from "./strings";

/** The label of a name that a message has between backticks; undefined for anything else. */
export function labelOf(name: string): string | undefined {
  return (strings.fields as Record<string, { label: string }>)[name]?.label ?? strings.names[name];
}

/** A message with the labels in place of names: `when` is “When”, and a name that no page has is only quoted. */
export const withLabels = (text: string): string => text.replace(/`([^`]+)`/g, (whole, name: string) => (labelOf(name) ? `“${labelOf(name)}”` : /^[a-z][a-z_]*$/.test(name) ? `“${name.replaceAll("_", " ")}”` : whole));
