import { describeOpaque } from '../policy/opaque';
import type { AccessChange } from './access-change';

/**
 * The example of a change of access, in one line for people.
 *
 * `arn:aws:iam::…:role/pma calls kms:Decrypt with kms:ViaService s3.… : before none, after direct by Sid`
 */
export function exampleOf({
  example,
  oldLevel,
  newLevel,
  oldStatements,
  newStatements,
}: AccessChange): string {
  const { action, principal, context, resource } = example;
  const who =
    'arn' in principal ? principal.arn : principal.kind === 'service' ? principal.service : 'anybody';
  const conditions = [
    ...Object.entries(context).map(([key, values]) => `${key} ${values.join(' and ')}`),
    ...(resource === undefined ? [] : [`the key ${resource}`]),
  ];
  const given = conditions.length > 0 ? ` with ${conditions.join(', ')}` : '';
  const by = (statements: readonly string[]): string =>
    statements.length > 0 ? ` by ${statements.join(', ')}` : '';
  return describeOpaque(
    `${who} calls ${action}${given}: before ${oldLevel}${by(oldStatements)}, after ${newLevel}${by(newStatements)}`,
  );
}
