import type { Truth } from './atom';
import type { Budget } from './budget';
import type { Selector } from './rule';

/** Actions, or ARNs of keys, that two policies do not tell apart. */
export interface TextKind {
  readonly members: readonly string[];
  /** What the selectors, by their atoms, make of them. */
  readonly truths: ReadonlyMap<number, Truth>;
  /** What else tells them apart. */
  readonly trait: string;
}

/** Groups texts by the selectors that match them, and by whatever else tells them apart. */
export function groupTexts(
  texts: readonly string[],
  selectors: readonly Selector[],
  trait: (text: string) => string,
  budget: Budget,
): TextKind[] {
  const distinct = new Map(selectors.map((selector) => [selector.atom, selector]));
  const kinds = new Map<string, TextKind & { members: string[] }>();
  for (const text of new Set(texts)) {
    budget.spend(distinct.size);
    const truths = new Map([...distinct].map(([atom, selector]) => [atom, selector.matches(text)]));
    const name = [trait(text), ...truths.values()].join();
    const known = kinds.get(name);
    if (known === undefined) kinds.set(name, { members: [text], truths, trait: trait(text) });
    else known.members.push(text);
  }
  return [...kinds.values()];
}
