import { Comparison, type Environment, type Witness } from '../contain';
import { parsePolicy } from '../policy/document';
import { InvalidPolicy } from '../policy/invalid-policy';
import type { Json } from '../template/json';
import { type Path, type Problem, undecidedProblem } from './problem';
import { actionsText, exampleOf } from './policy-words';

const PATH: Path = ['Properties', 'KeyPolicy'];

/** Two key policies that are meant to let the same requests through. */
export interface Pair {
  /** The policy that is judged. */
  readonly own: Json;

  /** The policy that it is compared with, made to fit the key of the first. */
  readonly other: Json;
  readonly environment: Environment;

  /** Whose the other is: `its primary`. */
  readonly otherName: string;
}

/** What one policy lets through and the other does not, if anything. */
export function differences({ own, other, environment, otherName }: Pair): Problem[] {
  if (JSON.stringify(own) === JSON.stringify(other)) return [];
  try {
    const [one, two] = [parsePolicy(own), parsePolicy(other)];
    const comparison = new Comparison(two, one, { environment });
    const more = comparison.first();
    const found = more.kind === 'contained' ? comparison.between(one, two).first() : more;
    if (found.kind === 'contained') return [];
    if (found.kind === 'unknown') return found.reasons.map((reason) => undecidedProblem(reason, PATH));
    const { witness } = found;
    const [than, whose] = found === more ? ['more', 'this policy'] : ['less', `that of ${otherName}`];
    return [
      {
        message: `the key policy lets ${than} through than that of ${otherName}: under ${whose}, ${whoWords(witness)}`,
        path: PATH,
        subject: [own, other],
        witness: exampleOf(witness),
      },
    ];
  } catch (error) {
    // A document that is no policy is reported at the key that has it.
    if (error instanceof InvalidPolicy) return [];
    throw error;
  }
}

function whoWords({ request: { principal }, actions }: Witness): string {
  const who =
    'arn' in principal ? principal.arn : principal.kind === 'service' ? principal.service : 'anybody';
  return `${who} can call ${actionsText(actions)}`;
}
