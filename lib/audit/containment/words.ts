import type { Automaton } from './glob';

interface Node {
  readonly next: Map<string, number>;
  isWord: boolean;
}

/** No word begins like this. */
const DEAD = 0;

/** A list of words as one automaton, a state for each of their beginnings. */
export class Words implements Automaton {
  readonly start = 1;
  readonly #nodes: Node[] = [
    { next: new Map(), isWord: false },
    { next: new Map(), isWord: false },
  ];

  constructor(
    words: Iterable<string>,
    readonly options: {
      /** The characters that count as the same, itself among them. */
      readonly variants?: (character: string) => readonly string[];
      /** Whether a text is accepted that begins with a word. */
      readonly asPrefixes?: boolean;
    } = {},
  ) {
    const { variants = (same) => [same] } = options;
    for (const word of words) {
      let state = this.start;
      for (const character of word) state = this.#grow(state, variants(character));
      this.#nodes[state].isWord = true;
    }
  }

  accepts(state: number): boolean {
    return this.#nodes[state].isWord;
  }

  isDead(state: number): boolean {
    return state === DEAD;
  }

  distinguishes(state: number): readonly string[] {
    return [...this.#nodes[state].next.keys()];
  }

  next(state: number, character: string): number {
    const { next, isWord } = this.#nodes[state];
    return isWord && this.options.asPrefixes === true ? state : (next.get(character) ?? DEAD);
  }

  #grow(state: number, characters: readonly string[]): number {
    const known = this.#nodes[state].next.get(characters[0]);
    if (known !== undefined) return known;
    const added = this.#nodes.push({ next: new Map(), isWord: false }) - 1;
    for (const character of characters) this.#nodes[state].next.set(character, added);
    return added;
  }
}
