import type { Budget } from './budget';
import { Glob, exactly, wildcards, within, type Step } from './glob';
import type { Environment } from './options';
import { fillIns } from './readable';
import { cutBeside, points } from './regions';
import type { Selector } from './rule';

/**
 * The ARNs that the key may have, as far as statements tell them apart.
 *
 * @returns one empty ARN when all statements are about the key whatever its ARN is
 */
export function sampleResources(
  selectors: readonly Selector[],
  { partition, region, account }: Environment,
  budget: Budget,
): string[] {
  const patterns = new Map(selectors.flatMap((selector) => [...selector.patterns]));
  const written = selectors.flatMap(({ exact }) => exact);
  if (written.length === 0 && [...patterns.keys()].every((pattern) => pattern === '*')) return [''];
  const part = (known: string | undefined): Step[] =>
    known === undefined ? within(':', wildcards('?*')) : exactly(known);
  const shape = new Glob([
    ...exactly('arn:'),
    ...part(partition),
    ...exactly(':kms:'),
    ...part(region),
    ...exactly(':'),
    ...part(account),
    ...exactly(':key/'),
    // The id of a key has no separator in which a pattern could find an account again.
    ...within(':/', wildcards('?*')),
  ]);
  const example = `arn:${partition ?? 'aws'}:kms:${region ?? 'eu-central-1'}:${account ?? '111122223333'}:key/example`;
  return [
    example,
    ...[...written, ...[...patterns.keys()].flatMap(fillIns)].filter((arn) => shape.matches(arn) !== false),
    ...cutBeside(shape, [...patterns.values()], points(written), budget),
  ];
}
