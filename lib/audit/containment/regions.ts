import type { Budget } from './budget';
import { otherThan, type Automaton } from './glob';
import { Words } from './words';

/** The strings that match exactly the same patterns, and the shortest of them. */
export interface Region {
  readonly matches: readonly boolean[];
  readonly witness: string;
}

/**
 * Cuts all strings of a domain into regions by the patterns they match.
 *
 * Breadth first through the product of the automata: every inhabited combination of match and no
 * match is met, first by one of its shortest strings. From each state only the characters that some
 * pattern distinguishes there are followed, and one for all others.
 */
export function cutIntoRegions(domain: Automaton, patterns: readonly Automaton[], budget: Budget): Region[] {
  const globs = [domain, ...patterns];
  const regions = new Map<string, Region>();
  const seen = new Set<string>();
  const queue: { states: number[]; text: string }[] = [];
  const visit = (states: number[], text: string): void => {
    // Stryker disable next-line ConditionalExpression: only for speed
    if (domain.isDead(states[0])) return;
    const name = states.join();
    if (seen.has(name)) return;
    seen.add(name);
    queue.push({ states, text });
    if (!domain.accepts(states[0])) return;
    const matches = patterns.map((pattern, i) => pattern.accepts(states[i + 1]));
    const region = matches.join();
    if (!regions.has(region)) regions.set(region, { matches, witness: text });
  };
  visit(
    globs.map((glob) => glob.start),
    '',
  );
  for (const { states, text } of queue) {
    const characters = [...new Set(globs.flatMap((glob, i) => glob.distinguishes(states[i])))];
    for (const character of [...characters, otherThan(characters)]) {
      budget.spend(globs.length);
      visit(
        globs.map((glob, i) => glob.next(states[i], character)),
        text + character,
      );
    }
  }
  return [...regions.values()];
}

/** Texts that are looked at anyway, as a set and as an automaton. */
export interface Taken {
  has(text: string): boolean;
  automaton(): Automaton;
}

/** Single texts that are looked at anyway. */
export function points(texts: readonly string[]): Taken {
  const all = new Set(texts);
  return {
    has: (text) => all.has(text),
    automaton: () => new Words(all),
  };
}

/**
 * A text of each region of a domain, apart from texts that are looked at anyway.
 *
 * These stay out of the cut, which would be slow with hundreds of them. Only where they happen to be the
 * shortest texts of a region do they join it, so that another text of the region is found if there is one.
 */
export function cutBeside(
  domain: Automaton,
  patterns: readonly Automaton[],
  taken: Taken,
  budget: Budget,
): string[] {
  const cut = (globs: readonly Automaton[]): string[] =>
    cutIntoRegions(domain, globs, budget).map(({ witness }) => witness);
  const shortest = cut(patterns);
  return shortest.some((text) => taken.has(text))
    ? cut([...patterns, taken.automaton()]).filter((text) => !taken.has(text))
    : shortest;
}
