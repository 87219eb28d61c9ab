import { principalClasses } from '../../../lib/audit/matrix/principal-class';
import { parsePolicy } from '../../../lib/audit/policy/document';
import { parsePrincipal } from '../../../lib/audit/policy/principal';

const ACCOUNT = '111122223333';
const arn = (rest: string, account = ACCOUNT): string => `arn:aws:iam::${account}:${rest}`;
const SSO = 'role/aws-reserved/sso.amazonaws.com';

const classes = principalClasses(
  parsePolicy({
    Statement: [
      {
        Effect: 'Allow',
        Principal: {
          AWS: [arn('role/team/admin'), arn('user/alice'), arn('root', '999988887777')],
          Service: 'logs.amazonaws.com',
        },
        Action: 'kms:*',
        Resource: '*',
        Condition: {
          ArnLike: {
            'aws:PrincipalArn': [
              arn(`${SSO}/AWSReservedSSO_Ops_????????????????`),
              arn(`${SSO}/*/AWSReservedSSO_Ops_????????????????`),
              arn('role/app.v?/*'),
            ],
          },
        },
      },
    ],
  }),
  ACCOUNT,
);

test.each([
  [arn('role/team/admin'), 'admin'],
  [arn('role/admin'), 'any other role or user'],
  [arn('user/alice'), 'alice'],
  [arn(`${SSO}/AWSReservedSSO_Ops_0123456789abcdef`), 'Ops'],
  [arn(`${SSO}/eu-west-1/AWSReservedSSO_Ops_0123456789abcdef`), 'Ops'],
  [arn(`${SSO}/AWSReservedSSO_OpsTeam_0123456789abcdef`), 'any other role or user'],
  [arn('role/app.v2/reader'), 'app.v?/*'],
  [arn('role/app-v2/reader'), 'any other role or user'],
  [arn('role/app.v10/reader'), 'any other role or user'],
  [arn('root'), undefined],
  [`arn:aws:sts::${ACCOUNT}:federated-user/bob`, undefined],
  ['logs.amazonaws.com', 'logs.amazonaws.com'],
  ['sns.amazonaws.com', 'any other AWS service'],
  [arn('role/guest', '999988887777'), 'account 999988887777'],
  [arn('root', '999988887777'), 'account 999988887777'],
  [arn('role/guest', '555566667777'), 'any other account'],
])('puts %s into the row of %s, and into no other', (principal, row) => {
  const found = classes.filter(({ includes }) => includes(parsePrincipal(principal)));
  expect(found.map(({ name }) => name)).toEqual(row === undefined ? [] : [row]);
});
