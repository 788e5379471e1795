/** What somebody may have meant, to be taken by one click. */
export interface Proposal {
  label: string;
  run: () => void;
}
