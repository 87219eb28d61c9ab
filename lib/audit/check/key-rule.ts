import type { FindingRule } from '../finding';
import type { KeyItem } from '../template/key-item';
import { isUndecided, type Setting } from '../template/setting';
import { type Path, type Problem, undecidedProblem } from './problem';

/** A rule about how one key or replica is set up. */
export interface KeyRule extends FindingRule {
  check(key: KeyItem): Iterable<Problem>;
}

/** What a rule says of one property: nothing when it is as it should be. */
export function judge<T>(
  setting: Setting<T>,
  path: Path,
  message: (value: T) => string | undefined,
): Problem[] {
  if (isUndecided(setting)) return [undecidedProblem(`${path.at(-1)}: ${setting.undecided}`, path)];
  const text = message(setting);
  return text === undefined ? [] : [{ message: text, path, subject: setting }];
}
