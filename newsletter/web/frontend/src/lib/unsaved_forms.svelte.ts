/** Forms that hold something that is not saved: whoever leaves one is asked, by whatever way they leave. */
import { flushSync, onDestroy } from "svelte";

export interface UnsavedForm {
  /** Whether something was typed or chosen that leaving would lose. */
  isChanged: () => boolean;
  /** Save it; whether that worked. A form without it can only be stayed with or left. */
  save?: () => Promise<boolean>;
  /** Whether it stays as it is while another page of the same issue is shown. */
  isOfIssue?: boolean;
  /** The names of the fields that are not complete, where it is these alone that are not saved. */
  fields?: () => string[];
}

const forms = new Set<UnsavedForm>();
/** What is done once the forms may be left: set while the person is asked. */
export const leaving = $state<{ proceed: (() => void) | null }>({ proceed: null });

/** Guard a form as long as its component lives. */
export function guardForm(form: UnsavedForm): void {
  forms.add(form);
  onDestroy(() => forms.delete(form));
}

/** Let a field take what was typed into it: it is about to be left, by an address too. */
export function takeTyped(): void {
  const field = document.activeElement;
  if (field instanceof HTMLElement && field.matches("input, textarea, [contenteditable]")) field.blur();
  flushSync();
}

const changed = (): UnsavedForm[] => [...forms].filter((form) => form.isChanged());
export const hasUnsaved = (staysInIssue = false): boolean => changed().some((form) => !(staysInIssue && form.isOfIssue));
/** The fields that are not complete; none where more than these is not saved. */
export const unsavedFields = (): string[] => (changed().every((form) => form.fields) ? changed().flatMap((form) => form.fields!()) : []);
export const canSave = (): boolean => changed().every((form) => form.save);

/** Save all that is not saved; whether that worked. */
export async function saveForms(): Promise<boolean> {
  for (const form of changed()) if (!(await form.save?.())) return false;
  return true;
}

/** Forget all that is not saved: the person chose to. */
export function dropForms(): void {
  forms.clear();
}

addEventListener("beforeunload", (event) => hasUnsaved() && event.preventDefault());
