import { fullDiff } from '@aws-cdk/cloudformation-diff';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES, type RuleId } from '../../../lib/audit/diff/rule';
import { markdownTable, markdownText } from '../../../lib/audit/report/markdown';
import { apply, EDITS, type Kind, TYPES } from './edits';
import { assembly, changesBetween, commonKeys, edited, PRIMARY, type TemplateJson } from './version';

const PAGE = join(__dirname, '..', '..', '..', 'docs', 'diff.md');
const MARKERS = ['<!-- what cdk diff says: begin -->', '<!-- what cdk diff says: end -->'];
const folder = assembly((app) => commonKeys(app));

interface Statement {
  Sid: string;
  Action: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** Changes of meaning, and changes of text alone, of the primary's key policy. */
const POLICY_EDITS: readonly (readonly [name: string, edit: (statements: Statement[]) => unknown])[] = [
  [
    'a role may administer that was denied it',
    (all) =>
      all.splice(
        all.findIndex(({ Sid }) => Sid === 'UsersMayNotAdminister'),
        1,
      ),
  ],
  ['a role is added to the users', (all) => addRole(all, 'UsersMayEncryptAndDecrypt')],
  ['a role is taken from the administrators', (all) => dropRole(all, 'AdministratorsMayAdminister')],
  [
    'the account’s IAM policies may decide one action less',
    (all) => dropAction(all, 'AccountMayEncryptAndDecrypt'),
  ],
  [
    'a condition more',
    (all) =>
      (statement(all, 'AccountMayEncryptAndDecrypt').Condition = { Bool: { 'aws:SecureTransport': 'true' } }),
  ],
  ['a Sid renamed', (all) => (statement(all, 'AccountMayRecover').Sid = 'AccountMayRecoverTheKey')],
  ['statements in another order', (all) => all.reverse()],
  ['a statement split in two', (all) => split(all, 'AccountMayEncryptAndDecrypt')],
];

function statement(statements: readonly Statement[], sid: string): Statement {
  const found = statements.find(({ Sid }) => Sid === sid);
  if (!found) throw new Error(`no statement ${sid}`);
  return found;
}

function addRole(all: readonly Statement[], sid: string): void {
  const arns = statement(all, sid).Condition?.ArnLike['aws:PrincipalArn'] as string[];
  arns.push(arns[0].replace(/-gso$/, '-reader'));
}

function dropRole(all: readonly Statement[], sid: string): void {
  (statement(all, sid).Condition?.ArnLike['aws:PrincipalArn'] as string[]).pop();
}

function dropAction(all: readonly Statement[], sid: string): void {
  (statement(all, sid).Action as string[]).shift();
}

function split(all: Statement[], sid: string): void {
  const one = statement(all, sid);
  all.push({ ...one, Sid: `${sid}Too`, Action: (one.Action as string[]).splice(3) });
}

interface Pair {
  readonly name: string;
  readonly kind: Kind;
  readonly edit: (template: TemplateJson) => void;
}

const PAIRS: readonly Pair[] = [
  ...EDITS.flatMap((edit) => {
    const kind = edit.kinds[0];
    return [{ name: edit.name, kind, edit: (template: TemplateJson) => apply(edit, kind, template) }];
  }),
  ...POLICY_EDITS.map(([name, edit]): Pair => ({
    name: `key policy: ${name}`,
    kind: 'key',
    edit: (template) => {
      for (const { Type, Properties } of Object.values(template.Resources)) {
        if (Type === TYPES.key) edit((Properties.KeyPolicy as { Statement: Statement[] }).Statement);
      }
    },
  })),
];

/** What both tools say about a change. */
function row({ name, kind, edit }: Pair): string[] {
  const region = kind === 'replica' ? 'eu-west-1' : PRIMARY;
  const isMeant = (file: string): boolean => file.startsWith(region);
  const after = edited(folder, (template, file) => {
    if (isMeant(file)) edit(template);
  });
  const file = readdirSync(folder).find((each) => isMeant(each) && each.endsWith('.template.json')) ?? '';
  const [old, next] = [folder, after].map(
    (each) => JSON.parse(readFileSync(join(each, file), 'utf8')) as TemplateJson,
  );
  const { resources, permissionsBroadened } = fullDiff(old, next);
  const impacts = new Set<string>();
  resources.forEachDifference(
    (_, { isDifferent, changeImpact }) =>
      isDifferent && impacts.add(changeImpact.toLowerCase().replaceAll('_', ' ')),
  );
  const rules = [...new Set(changesBetween(folder, after).map(({ rule }) => rule.id as RuleId))];
  const verdict =
    rules.length > 0
      ? rules.map((id) => (id === 'undecided' ? id : `${RULES[id].severity} (${id})`)).join(', ')
      : 'nothing';
  return [
    `${kind}: ${name}`,
    verdict,
    [...impacts].join(', ') || 'no change',
    permissionsBroadened ? 'yes' : 'no',
  ];
}

test('the page shows what cdk diff says instead', () => {
  const head = ['Change', '`common-kms diff`', '`cdk diff`', 'asks for approval (`broadening`)'];
  const table = markdownTable(
    head,
    PAIRS.map((pair) => row(pair).map(markdownText)),
  );
  const page = readFileSync(PAGE, 'utf8');
  const [begin, end] = MARKERS.map((marker) => page.indexOf(marker));
  const updated = `${page.slice(0, begin + MARKERS[0].length)}\n\n${table}\n${page.slice(end)}`;
  if (process.env.UPDATE_PAGES) writeFileSync(PAGE, updated);
  expect(readFileSync(PAGE, 'utf8')).toBe(updated);
});
