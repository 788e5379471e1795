/** What the server says of the settings. */
export interface ColourFacts {
  name: string;
  colour: string;
  is_own: boolean;
  on: string;
  contrast: number;
  given_contrast: number | null;
  used: string | null;
}

export interface LogoFacts {
  name: string;
  dark: string | null;
  width: number;
  ground: string;
  dark_ground: string;
  lost_on_dark: boolean;
  lost_on_light?: boolean;
  missing?: boolean;
}

export interface ProviderFacts {
  name: string;
  title: string;
  is_practice: boolean;
  options: { name: string; label: string; help: string; example: string; required: boolean; value: string }[];
  keys: { variable: string; what: string; stored: boolean | null }[];
}

export interface SettingsFacts {
  values: Record<string, string>;
  themes: string[];
  colours: ColourFacts[];
  logo: LogoFacts | null;
  providers: ProviderFacts[];
}
