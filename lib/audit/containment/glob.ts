import { OPAQUE_TOKEN } from '../policy/opaque';

/** One position of a pattern: which characters it takes, and whether it takes any number of them. */
export interface Step {
  accepts(character: string): boolean;
  /** the characters it treats differently from all others */
  readonly distinguishes: readonly string[];
  readonly repeats: boolean;
}

const DIGITS = [...'0123456789'];

const literal = (expected: string): Step => ({
  accepts: (character) => character === expected,
  distinguishes: [expected],
  repeats: false,
});

/** A letter in lower and in upper case. */
export const bothCases = (letter: string): string[] => [
  ...new Set([letter.toLowerCase(), letter.toUpperCase()]),
];

const inEitherCase = (letter: string): Step => {
  const both = bothCases(letter);
  return { accepts: (character) => both.includes(character), distinguishes: both, repeats: false };
};

const any = (repeats: boolean): Step => ({ accepts: () => true, distinguishes: [], repeats });

const except = (separators: string, repeats: boolean): Step => ({
  accepts: (character) => !separators.includes(character),
  distinguishes: [...separators],
  repeats,
});

/** The text itself, without wildcards. */
export const exactly = (text: string): Step[] => [...text].map(literal);

/** The text in any mix of cases; the caller makes sure that it is ASCII. */
export const ignoringCase = (text: string): Step[] => [...text].map(inEitherCase);

/** `*` is any text, a line break included; `?` is any one character. */
export const wildcards = (pattern: string, one = literal): Step[] =>
  [...pattern].map((character) =>
    character === '*' ? any(true) : character === '?' ? any(false) : one(character),
  );

/** The same without regard to case, as the names of actions are matched. */
export const wildcardsIgnoringCase = (pattern: string): Step[] => wildcards(pattern, inEitherCase);

/** The same steps, of which no wildcard takes a separator. */
export const within = (separators: string, steps: readonly Step[]): Step[] =>
  steps.map((step) => (step.distinguishes.length > 0 ? step : except(separators, step.repeats)));

/**
 * The six colon-separated parts of an ARN, each with wildcards of its own; only the last may hold a colon.
 *
 * A pattern of fewer parts is no ARN and matches none.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function arnWildcards(pattern: string): Step[] {
  const parts = pattern.split(':');
  return [
    ...parts.slice(0, 5).flatMap((part) => [...within(':', wildcards(part)), literal(':')]),
    ...wildcards(parts.slice(5).join(':')),
  ];
}

/** `count` digits, as in an account id. */
export const digits = (count: number): Step[] =>
  Array.from({ length: count }, () => ({
    accepts: (character) => DIGITS.includes(character),
    distinguishes: DIGITS,
    repeats: false,
  }));

/** Characters for places where any will do; readable ones first. */
const FILLERS = [...'xyzabcdefghijklmnopqrstuvwXYZABCDEFGHIJKLMNOPQRSTUVW0123456789-_./ '];

/** A character that is none of these. */
export function otherThan(characters: readonly string[]): string {
  const readable = FILLERS.find((filler) => !characters.includes(filler));
  if (readable !== undefined) return readable;
  let code = 0x4e00;
  while (characters.includes(String.fromCodePoint(code))) code += 1;
  return String.fromCodePoint(code);
}

/** What recognizes some texts, character by character. */
export interface Automaton {
  readonly start: number;
  next(state: number, character: string): number;
  accepts(state: number): boolean;
  /** No text that follows can be accepted. */
  isDead(state: number): boolean;
  /** The characters that lead elsewhere than all others do. */
  distinguishes(state: number): readonly string[];
}

/**
 * A pattern as a deterministic automaton that is built as far as it is walked.
 *
 * A state is the set of positions at which the pattern may stand. Behind a `*` that takes everything,
 * earlier positions add nothing, so they are dropped: this keeps the automaton about as long as its text.
 */
export class Glob implements Automaton {
  readonly start: number;
  readonly #positions: number[][] = [];
  readonly #distinguishes: string[][] = [];
  readonly #next: Map<string, number>[] = [];
  readonly #ids = new Map<string, number>();

  constructor(readonly steps: readonly Step[]) {
    this.start = this.#state([0]);
  }

  /** Whether a text matches; undefined when that depends on an opaque value in it. */
  matches(text: string): boolean | undefined {
    let states = new Set([this.start]);
    text.split(OPAQUE_TOKEN).forEach((part, i) => {
      if (i % 2 === 1) {
        states = this.#reachable(states);
        return;
      }
      for (const character of part) {
        states = new Set([...states].map((state) => this.next(state, character)));
      }
    });
    const outcomes = new Set([...states].map((state) => this.accepts(state)));
    return outcomes.size === 1 ? outcomes.has(true) : undefined;
  }

  accepts(state: number): boolean {
    return this.#positions[state].at(-1) === this.steps.length;
  }

  isDead(state: number): boolean {
    return this.#positions[state].length === 0;
  }

  distinguishes(state: number): readonly string[] {
    return this.#distinguishes[state];
  }

  next(state: number, character: string): number {
    // Stryker disable next-line StringLiteral: any label does that is no character
    const label = this.#distinguishes[state].includes(character) ? character : '';
    let target = this.#next[state].get(label);
    // Stryker disable next-line ConditionalExpression: only for speed
    if (target === undefined) {
      target = this.#state(
        this.#positions[state]
          .filter((at) => at < this.steps.length && this.steps[at].accepts(character))
          .map((at) => (this.steps[at].repeats ? at : at + 1)),
      );
      this.#next[state].set(label, target);
    }
    return target;
  }

  /** The number of the state that stands at these positions and at those reached without a character. */
  #state(reached: readonly number[]): number {
    const all = new Set<number>();
    for (const from of reached) {
      for (let at = from; all.add(at) && at < this.steps.length && this.steps[at].repeats;) at += 1;
    }
    // In rising order, as the positions that they are reached from.
    const rising = [...all];
    const wildest = rising.findLastIndex((at) => this.#takesEverything(at));
    const positions = rising.slice(Math.max(0, wildest));
    const name = positions.join();
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    this.#ids.set(name, this.#positions.length);
    this.#next.push(new Map());
    // Stryker disable next-line ArrayDeclaration: a character that is none distinguishes nothing
    this.#distinguishes.push([...new Set(positions.flatMap((at) => this.steps[at]?.distinguishes ?? []))]);
    return this.#positions.push(positions) - 1;
  }

  /** The states that some text leads to. */
  #reachable(from: ReadonlySet<number>): Set<number> {
    const reached = new Set(from);
    for (const state of reached) {
      const characters = this.distinguishes(state);
      for (const character of [...characters, otherThan(characters)])
        reached.add(this.next(state, character));
    }
    return reached;
  }

  #takesEverything(at: number): boolean {
    // Stryker disable next-line ConditionalExpression: what stops at a separator is left by it at once
    return at < this.steps.length && this.steps[at].repeats && this.steps[at].distinguishes.length === 0;
  }
}
