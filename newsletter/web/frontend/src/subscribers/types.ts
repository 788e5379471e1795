/** What the server says of the list of subscribers, and of an import before it is made. */
export interface Person {
  email: string;
  name: string;
  first_name: string;
  last_name: string;
  status: string;
  reason: string;
  segments: string[];
}

export type SubscriberList =
  | { own: false; provider: string }
  | {
      own: true;
      /** Whether it is in a database, and not in a file. */
      database?: boolean;
      file: string;
      problem: { message: string; hint: string } | null;
      reachable: number;
      left_out: { reason: string; count: number }[];
      segments: { name: string; count: number }[];
      people: Person[];
      matching: number;
      /** How many of those who get the newsletter came with the new folder, to practise with. */
      samples: number;
      can_undo: boolean;
    };

export interface Preview {
  lists: { file: string; people: number; all_left: boolean; columns: { heading: string; use: string; values: string[] }[]; notes: string[] }[];
  added: number;
  updated: number;
  now_out: number;
  reachable: number;
  without_address: number;
  left_out: number;
  left_out_people: { address: string; name?: string; reason: string; row?: number; file?: string }[];
}

export interface ImportAnswer {
  question?: { file: string; heading: string; values: { value: string; label: string }[] };
  preview?: Preview;
  mark?: string;
  is_changed?: boolean;
  done?: { added: number; reachable: number };
}

/** The name of a person, as it is entered. */
export interface Named {
  first_name: string;
  last_name: string;
}

export const nameOf = ({ first_name, last_name }: Named): string => [first_name, last_name].filter(Boolean).join(" ");
