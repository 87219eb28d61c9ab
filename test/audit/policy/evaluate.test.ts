import { parsePolicy } from '../../../lib/audit/policy/document';
import { evaluate } from '../../../lib/audit/policy/evaluate';
import { parsePrincipal } from '../../../lib/audit/policy/principal';
test('an account principal delegates to the IAM policies of the account', () => {
  const p = parsePolicy({
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      Action: 'kms:*',
      Resource: '*',
    },
  });
  expect(
    evaluate(p, {
      action: 'kms:Decrypt',
      principal: parsePrincipal('arn:aws:iam::111122223333:role/x'),
      context: {},
    }).level,
  ).toBe('delegated');
});
