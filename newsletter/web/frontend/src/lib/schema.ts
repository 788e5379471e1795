/** The fields of an issue as its JSON Schema describes them: which there are, their labels, help and widgets. */
import { strings } from "./strings";
import type { Json } from "./types";

export type Widget =
  | "line" | "markdown" | "plain" | "link" | "image" | "date" | "when" | "end" | "zone" | "language" | "names"
  | "lines" | "segments" | "button" | "hero" | "items" | "groups" | "events" | "people" | "links" | "sections" | "ignore"
  | "entries" | "select" | "rows";

export interface Field {
  name: string;
  label: string;
  help: string;
  example: string;
  required: boolean;
  widget: Widget;
  /** What the entries of a list are, by the name of their definition in the schema. */
  entry?: string;
  options?: string[];
}

export interface Kind {
  kind: string;
  label: string;
  help: string;
  fields: Field[];
}

const BY_NAME: Record<string, Widget> = {
  title: "line", heading: "line", credit: "line", where: "line", payment: "plain", contact: "plain", subject: "plain",
  preheader: "plain", label: "plain", role: "line", who: "line", source: "line", name: "plain", alt: "plain", link: "link",
  image: "image", text: "markdown", intro: "markdown", sign_off: "markdown", date: "date", when: "when", deadline: "when",
  ends: "end", repeats: "plain", except: "lines", zone: "zone", language: "language", people: "names", only: "segments", button: "button", hero: "hero",
  items: "items", groups: "groups", events: "events", joiners: "people", leavers: "people", thanks: "people",
  sections: "sections", ignore: "ignore",
};

export class Schema {
  constructor(private readonly schema: Json) {}

  private definition(name: string): Json {
    return this.schema.$defs?.[name] ?? {};
  }

  private fieldsOf(model: Json, title = ""): Field[] {
    const required: string[] = model.required ?? [];
    return Object.entries<Json>(model.properties ?? {})
      .filter(([name]) => name !== "kind")
      .map(([name, property]) => this.withDefinition(asField(name, property, required.includes(name), title), property));
  }

  /** A field of a kind that its name does not tell: a choice, a list of entries of its own, the rows of a table. */
  private withDefinition(field: Field, property: Json): Field {
    const entry = nameOf(property.items);
    const options = property.$ref ? this.definition(nameOf(property)!).enum : property.enum;
    if (options) return { ...field, widget: "select", options };
    if (entry && !NAMED_ENTRIES.has(entry)) return { ...field, widget: "entries", entry };
    return property.items?.items ? { ...field, widget: "rows" } : field;
  }

  /** The fields of a definition, as of the entries of a list. */
  fieldsNamed(name: string): Field[] {
    return this.fieldsOf(this.definition(name));
  }

  get issue(): Field[] {
    return this.fieldsOf(this.schema);
  }

  get item(): Field[] {
    return this.fieldsOf(this.definition("Item"));
  }

  get linkEntry(): Field[] {
    return this.fieldsOf(this.definition("LinkEntry"));
  }

  get person(): Field[] {
    return this.fieldsOf(this.definition("Person"));
  }

  get event(): Field[] {
    return this.fieldsOf(this.definition("Event"));
  }

  /** The kinds of section, each with its fields in the order of the email: the heading first. */
  get kinds(): Kind[] {
    const rules: Json[] = this.schema.properties?.sections?.items?.allOf ?? [];
    return rules.map((rule) => {
      const kind: string = rule.if.properties.kind.const;
      const model = this.definition(String(rule.then.$ref ?? "").split("/").pop() ?? "");
      const words = (strings.kinds as Record<string, { label: string; help: string }>)[kind];
      const isHeading = (field: Field) => HEADINGS.has(field.name);
      const inSchema = this.fieldsOf(model);
      const fields = [...inSchema.filter(isHeading), ...inSchema.filter((field) => !isHeading(field))];
      if (kind === "links") fields.forEach((field) => field.name === "items" && (field.widget = "links"));
      return {
        kind,
        label: words?.label ?? humanized(kind),
        help: words?.help ?? String(model.description ?? ""),
        fields,
      };
    });
  }

  kind(name: string): Kind | undefined {
    return this.kinds.find((kind) => kind.kind === name);
  }

  /** The schema itself, for completion in the YAML tab. */
  get raw(): Json {
    return this.schema;
  }
}

const HEADINGS = new Set(["heading", "headline"]);
const NAMED_ENTRIES = new Set(["LinkEntry", "Person", "IgnoreRule", "Group", "Item", "Event"]);
const nameOf = (property: Json): string | undefined => property?.$ref?.split("/").pop();

function asField(name: string, property: Json, required: boolean, title: string): Field {
  const words = (strings.fields as Record<string, { label: string; help?: string }>)[title ? `${title}.${name}` : name];
  const example = property.examples?.[0];
  return {
    name,
    label: words?.label ?? property.title ?? humanized(name),
    help: words?.help ?? (words ? "" : String(property.description ?? "")),
    example: typeof example === "string" ? example : "",
    required,
    widget: (property["x-format"] as Widget) in WIDGETS ? property["x-format"] : (BY_NAME[name] ?? guessed(property)),
  };
}

const WIDGETS: Record<string, true> = Object.fromEntries(
  [...new Set(Object.values(BY_NAME)), "lines"].map((widget) => [widget, true]),
);

function guessed(property: Json): Widget {
  if (property.type === "array") return JSON.stringify(property.items ?? {}).includes("Item") ? "items" : "lines";
  if (typeof property.pattern === "string" && property.pattern.includes("\\d{4}")) return "when";
  if (/markdown/i.test(String(property.description)) || /\*\*/.test(String(property.examples?.[0]))) return "markdown";
  return "line";
}

export function humanized(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
