import type { Cell, Grade, Part } from './cell';

/** How a grade is written in a cell. */
export const GRADE_WORDS: Readonly<Record<Grade, string>> = { direct: 'yes', delegated: 'IAM', none: '–' };

/** What the words and marks of a matrix mean. */
export const LEGEND =
  'yes: the key policy allows it; IAM: IAM policies of the account decide; –: refused; !: can escalate; ?: undecided';

/** What a key policy does not tell. */
export const OUTSIDE =
  'Grants, IAM policies, and service and resource control policies lie outside a key policy.';

/**
 * What a cell says beyond its one word; empty when that word is all.
 */
export function noteOf({ parts, undecided }: Cell): string {
  if (undecided.length > 0) return `undecided: ${undecided.join('; ')}`;
  if (parts.length === 1) return parts[0].conditions;
  const rest = largest(parts);
  return [...parts.filter((part) => part !== rest), ...(rest ? [rest] : [])]
    .map((part) => {
      const actions =
        part === rest ? 'all else' : part.actions.map((each) => each.replace('kms:', '')).join(', ');
      return `${actions}: ${GRADE_WORDS[part.grade]}${part.conditions && ` ${part.conditions}`}`;
    })
    .join('. ');
}

/** The part that is called "all else": the one with the most actions, if that saves naming many. */
function largest(parts: readonly Part[]): Part | undefined {
  const [first] = [...parts].sort((a, b) => b.actions.length - a.actions.length);
  return first.actions.length > 2 ? first : undefined;
}

/** Numbers the notes of a matrix, each text once. */
export class Notes {
  private readonly numbers = new Map<string, number>();

  /** The number of a cell's note; undefined when it has none. */
  number(cell: Cell): number | undefined {
    const note = noteOf(cell);
    if (note === '') return undefined;
    if (!this.numbers.has(note)) this.numbers.set(note, this.numbers.size + 1);
    return this.numbers.get(note);
  }

  /** The notes in the order of their numbers. */
  get texts(): readonly string[] {
    return [...this.numbers.keys()];
  }
}

/** A cell's one word with its marks. */
export function cellWord({ grade, escalates, undecided }: Cell): string {
  return undecided.length > 0 ? '?' : `${GRADE_WORDS[grade]}${escalates ? '!' : ''}`;
}
