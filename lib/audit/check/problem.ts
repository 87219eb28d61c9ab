import type { Request } from '../policy/request';

/** The way to something inside a resource, such as `Properties`, `KeyPolicy`, `Statement`, 3. */
export type Path = readonly (string | number)[];

/** Something that a rule says about one resource. */
export interface Problem {
  /** What is the matter, in the words of this one case. */
  readonly message: string;

  /** Where in the resource. */
  readonly path: Path;

  /** What was found, apart from how the message words it: what an acceptance is bound to. */
  readonly subject: unknown;

  /** An example: a request that shows it. */
  readonly witness?: Example;

  /** Set when the rule could not be decided: the message then says why. */
  readonly isUndecided?: true;
}

/** A request, how far the key policy lets it through, and which statements say so. */
export interface Example {
  readonly request: Request;
  readonly level: string;

  /** Each by its position and its Sid: `4 "UsersMayEncrypt"`. */
  readonly statements: readonly string[];
}

/** Says that a rule could not be decided, and why. */
export function undecidedProblem(reason: string, path: Path): Problem {
  return { message: reason, path, subject: reason, isUndecided: true };
}
