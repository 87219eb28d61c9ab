import type { Example } from './problem';

/**
 * An example in words.
 *
 * `arn:aws:iam::…:role/pma calls kms:Decrypt with kms:ViaService s3.…: direct by statement 4 "Users"`
 */
export function exampleWords({ request, level, statements }: Example): string {
  const { principal, action, context } = request;
  const who =
    'arn' in principal ? principal.arn : principal.kind === 'service' ? principal.service : 'anybody';
  const conditions = Object.entries(context).map(([key, values]) => `${key} ${values.join(' and ')}`);
  const given = conditions.length > 0 ? ` with ${conditions.join(', ')}` : '';
  const by = statements.length > 0 ? ` by statement ${statements.join(' and ')}` : '';
  const how = level === 'delegated' ? 'left to IAM policies' : 'allowed';
  return `${who} calls ${action}${given}: ${how}${by}`;
}
