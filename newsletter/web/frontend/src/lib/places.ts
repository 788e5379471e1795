/** Languages and time zones by name, for choosers. */
export interface Choice {
  value: string;
  label: string;
}

const LANGUAGES =
  "af ar bg bn ca cs cy da de de-AT de-CH el en-AU en-CA en-GB en-IE en-IN en-NZ en-US en-ZA es es-MX et eu fa fi fr fr-CA ga gd gl gu he hi hr hu id is it ja ko lt lv ms mt nb nl nl-BE pa pl pt pt-BR ro ru sk sl so sq sr sv sw ta th tr uk ur vi zh-CN zh-TW".split(" ");

/** The languages by name, in English and in their own words; those in `more` too. */
export function languages(...more: string[]): Choice[] {
  const english = new Intl.DisplayNames(["en"], { type: "language", languageDisplay: "standard" });
  const nameOf = (code: string): string => {
    try {
      const name = english.of(code) ?? code;
      const own = new Intl.DisplayNames([code], { type: "language", languageDisplay: "standard" }).of(code) ?? name;
      return code.startsWith("en") || own === name ? name : `${name} – ${own}`;
    } catch {
      return code;
    }
  };
  return [...new Set([...LANGUAGES, ...more.filter(Boolean)])]
    .map((value) => ({ value, label: nameOf(value) }))
    .sort((left, right) => left.label.localeCompare(right.label, "en"));
}

/** Zones that browsers still call by an older name, and their names of today. */
const RENAMED: Record<string, string> = {
  "Africa/Asmera": "Africa/Asmara", "America/Buenos_Aires": "America/Argentina/Buenos_Aires", "America/Catamarca": "America/Argentina/Catamarca",
  "America/Coral_Harbour": "America/Atikokan", "America/Cordoba": "America/Argentina/Cordoba", "America/Godthab": "America/Nuuk",
  "America/Indianapolis": "America/Indiana/Indianapolis", "America/Jujuy": "America/Argentina/Jujuy", "America/Louisville": "America/Kentucky/Louisville",
  "America/Mendoza": "America/Argentina/Mendoza", "Asia/Calcutta": "Asia/Kolkata", "Asia/Katmandu": "Asia/Kathmandu", "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh", "Atlantic/Faeroe": "Atlantic/Faroe", "Europe/Kiev": "Europe/Kyiv", "Pacific/Enderbury": "Pacific/Kanton",
  "Pacific/Ponape": "Pacific/Pohnpei", "Pacific/Truk": "Pacific/Chuuk",
};
const nowCalled = (zone: string): string => RENAMED[zone] ?? zone;

/** The time zones by city, under their parts of the world; one that is chosen already keeps the name that it was chosen by. */
export function zones(...more: string[]): { name: string; zones: Choice[] }[] {
  const known: string[] = (Intl as any).supportedValuesOf?.("timeZone") ?? [];
  const groups = new Map<string, Choice[]>();
  const chosen = more.filter(Boolean);
  const others = known.map(nowCalled).filter((zone) => chosen.every((one) => nowCalled(one) !== zone));
  for (const value of [...new Set([...others, ...chosen])].sort((left, right) => nowCalled(left).localeCompare(nowCalled(right), "en"))) {
    const [part, ...city] = nowCalled(value).split("/");
    if (!groups.has(city.length ? part : OTHER)) groups.set(city.length ? part : OTHER, []);
    groups.get(city.length ? part : OTHER)!.push({ value, label: (city.length ? city.join(", ") : part).replaceAll("_", " ") });
  }
  return [...groups].map(([name, zones]) => ({ name, zones }));
}
const OTHER = "Other";

/** The computer's own time zone; empty where it is not set to a place. */
export function ownZone(): string {
  const zone = nowCalled(Intl.DateTimeFormat().resolvedOptions().timeZone ?? "");
  return zone.includes("/") && !zone.startsWith("Etc/") ? zone : "";
}

/** A colour in words, as `dark teal`. */
export function colourName(hex: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [high, low] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  const lightness = (high + low) / 2;
  const range = high - low;
  if (range < 0.08) return lightness < 0.15 ? "Black" : lightness > 0.92 ? "White" : lightness < 0.45 ? "Dark grey" : lightness < 0.7 ? "Grey" : "Light grey";
  const hue = (60 * (high === red ? ((green - blue) / range + 6) % 6 : high === green ? (blue - red) / range + 2 : (red - green) / range + 4)) % 360;
  const isBrown = hue >= 12 && hue < 48 && lightness < 0.36;
  const name = isBrown ? "Brown" : HUES.find(([until]) => hue < until)![1];
  return lightness < 0.22 ? `Dark ${name.toLowerCase()}` : lightness > 0.72 ? `Light ${name.toLowerCase()}` : name;
}
const HUES: [number, string][] = [[14, "Red"], [44, "Orange"], [68, "Yellow"], [160, "Green"], [198, "Teal"], [252, "Blue"], [290, "Purple"], [335, "Pink"], [361, "Red"]];
