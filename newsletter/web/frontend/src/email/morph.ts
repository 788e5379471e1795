/** Change one document's tree into another's in place: what is equal stays, so that nothing flickers or scrolls. */
export function morph(before: Element, after: Element): void {
  if (before.isEqualNode(after)) return;
  syncAttributes(before, after);
  let old: ChildNode | null = before.firstChild;
  let fresh: ChildNode | null = after.firstChild;
  while (fresh) {
    const next: ChildNode | null = fresh.nextSibling;
    if (!old) before.append(before.ownerDocument.adoptNode(fresh));
    else if (isSame(old, fresh)) {
      if (old.nodeType === Node.ELEMENT_NODE) morph(old as Element, fresh as Element);
      else if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
      old = old.nextSibling;
    } else if (old.nextSibling && old.nextSibling.isEqualNode(fresh)) {
      const gone: ChildNode = old;
      old = old.nextSibling.nextSibling;
      gone.remove();
    } else before.insertBefore(before.ownerDocument.adoptNode(fresh), old);
    fresh = next;
  }
  while (old) {
    const next: ChildNode | null = old.nextSibling;
    old.remove();
    old = next;
  }
}

function isSame(old: Node, fresh: Node): boolean {
  return old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName;
}

function syncAttributes(before: Element, after: Element): void {
  for (const { name } of [...before.attributes]) if (!after.hasAttribute(name)) before.removeAttribute(name);
  for (const { name, value } of [...after.attributes])
    if (before.getAttribute(name) !== value) before.setAttribute(name, value);
}
