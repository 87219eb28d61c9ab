import { accessMatrix, type KeyAccess } from '../../../lib/audit/matrix/access-matrix';
import { fold } from '../../../lib/audit/matrix/fold';
import { matrixMarkdown } from '../../../lib/audit/matrix/matrix-markdown';
import { matrixText } from '../../../lib/audit/matrix/matrix-text';
import { inventoryOf } from '../template/inventory-of';

/** The matrix of a common key of a product in an account and a Region. */
function matrixOf(
  name: string,
  account: string,
  region: string,
  via = 's3.${AWS::Region}.amazonaws.com',
  action = 'kms:*',
): KeyAccess {
  const role = (role: string) => ({
    AWS: { 'Fn::Sub': `arn:aws:iam::\${AWS::AccountId}:role/gwt-atlas${name}-iamr-${role}` },
  });
  const [matrix] = accessMatrix(
    inventoryOf(
      {
        Alias: {
          Type: 'AWS::KMS::Alias',
          Properties: { AliasName: `alias/gwt-atlas${name}-cmn-all-kms-sym`, TargetKeyId: { Ref: 'Key' } },
        },
        Key: {
          Type: 'AWS::KMS::Key',
          Properties: {
            KeyPolicy: {
              Statement: [
                { Effect: 'Allow', Principal: role('gso'), Action: action, Resource: '*' },
                { Effect: 'Allow', Principal: role('psa'), Action: action, Resource: '*' },
                {
                  Effect: 'Allow',
                  Principal: role('pma'),
                  Action: 'kms:Decrypt',
                  Resource: '*',
                  Condition: { StringEquals: { 'kms:ViaService': { 'Fn::Sub': via } } },
                },
              ],
            },
          },
        },
      },
      { account, region },
    ),
  );
  return matrix;
}

const dev = matrixOf('dev', '111111111111', 'eu-central-1');
const devReplica = matrixOf('dev', '111111111111', 'eu-west-1');
const prod = matrixOf('prod', '444444444444', 'eu-central-1');

test('keeps the words of a single account', () => {
  const [folded] = fold([dev]);
  expect(folded.aliases).toEqual(['alias/gwt-atlasdev-cmn-all-kms-sym']);
  expect(folded.rows[0].principals).toEqual(['gwt-atlasdev-iamr-gso', 'gwt-atlasdev-iamr-psa']);
});

test('folds accounts and Regions that differ in nothing but themselves', () => {
  const folded = fold([dev, devReplica, prod]);
  expect(folded).toHaveLength(1);
  expect(folded[0].aliases).toEqual(['alias/gwt-atlas<account>-cmn-all-kms-sym']);
  expect([...folded[0].places]).toEqual([
    ['dev (111111111111)', ['eu-central-1', 'eu-west-1']],
    ['prod (444444444444)', ['eu-central-1']],
  ]);
  expect(JSON.stringify(folded[0].rows)).toContain('s3.<Region>.amazonaws.com');
});

test('keeps a Region apart whose condition names another Region', () => {
  const astray = matrixOf('dev', '111111111111', 'eu-west-1', 's3.eu-north-1.amazonaws.com');
  expect(fold([dev, astray])).toHaveLength(2);
});

test('folds Regions that name the same Region, and those that name their own, but never both at once', () => {
  const fixed = matrixOf('dev', '111111111111', 'eu-west-1', 's3.eu-central-1.amazonaws.com');
  expect(fold([dev, fixed]).map(({ places }) => [...places.values()])).toEqual([
    [['eu-central-1', 'eu-west-1']],
  ]);
  expect(fold([dev, fixed, devReplica])).toHaveLength(2);
});

test('keeps an account apart where somebody can do more', () => {
  expect(
    fold([dev, matrixOf('prod', '444444444444', 'eu-central-1', undefined, 'kms:Decrypt')]),
  ).toHaveLength(2);
});

test('fits into 80 columns, and says in Markdown what it says on a terminal', () => {
  const folded = fold([
    dev,
    matrixOf('prod', '444444444444', 'eu-central-1', 'a-very-long-service-name.*.amazonaws.com'),
  ]);
  const text = matrixText(folded);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text).toMatchSnapshot();
  expect(matrixMarkdown(folded)).toMatchSnapshot();
});

test('says that there are no keys', () => {
  expect(matrixText(fold([]))).toBe('no keys\n');
  expect(matrixMarkdown(fold([]))).toBe('No keys.\n');
});
