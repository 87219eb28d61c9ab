import fc from 'fast-check';
import { rmSync } from 'node:fs';
import { apply, EDITS, type Edit, type Kind, TYPES } from './edits';
import {
  assembly,
  bareKeys,
  changesBetween,
  commonKeys,
  edited,
  rulesOf,
  type TemplateJson,
} from './version';

/** Edits that touch one property or attribute each, so that several of them do not get in each other's way. */
const INDEPENDENT: readonly { readonly edit: Edit; readonly kind: Kind; readonly touches: string }[] =
  EDITS.flatMap((edit) =>
    edit.kinds.flatMap((kind) => {
      const touches = edit.name.split(' ')[0];
      const isAttribute =
        /^[A-Z][A-Za-z]+$/.test(touches) && !['PrimaryKeyArn', 'TargetKeyId'].includes(touches);
      return isAttribute ? [{ edit, kind, touches: `${kind} ${touches}` }] : [];
    }),
  );

interface Statement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

/** Changes to the text of a policy that leave its meaning as it is, or narrow what nobody named. */
const HARMLESS: readonly ((statements: Statement[]) => Statement[])[] = [
  (statements) => [...statements].reverse(),
  (statements) => statements.map((each, index) => ({ ...each, Sid: `Statement${index}` })),
  (statements) =>
    statements.flatMap((each) => [each.Action].flat().map((Action) => ({ ...each, Sid: undefined, Action }))),
  (statements) => [...statements, ...statements.slice(0, 2)],
  (statements) =>
    statements.map((each) =>
      Array.isArray(each.Action) ? { ...each, Action: [...each.Action].reverse() } : each,
    ),
  (statements) =>
    statements.map((each) => ({
      ...each,
      Action: [each.Action].flat().map((action) => action.toUpperCase().replace('KMS:', 'kms:')),
    })),
];

function changePolicies(template: TemplateJson, change: (statements: Statement[]) => Statement[]): void {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== TYPES.key && Type !== TYPES.replica) continue;
    const policy = Properties.KeyPolicy as { Statement: Statement[] };
    policy.Statement = change([policy.Statement].flat());
  }
}

const BASES = [
  ['this library’s keys', assembly((app) => commonKeys(app))],
  ['keys of the CDK alone', assembly(bareKeys)],
] as const;

describe.each(BASES)('mutations of %s', (_, folder) => {
  test('raise the verdicts of the edits they are made of, no more and no fewer', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...INDEPENDENT), { maxLength: 6, selector: ({ touches }) => touches }),
        fc.subarray([...HARMLESS]),
        fc.boolean(),
        (edits, harmless, isBack) => {
          const mutant = edited(folder, (template) => {
            for (const { edit, kind } of edits) apply(edit, kind, template);
            for (const change of harmless) changePolicies(template, change);
          });
          const found = isBack ? changesBetween(mutant, folder) : changesBetween(folder, mutant);
          rmSync(mutant, { recursive: true });
          const expected = edits.flatMap(({ edit, kind }) => {
            const rules = isBack ? edit.back : edit.forth;
            return kind === 'alias' ? [...rules, ...rules] : rules;
          });
          const isOff = edits.some(({ edit }) => edit.name.startsWith('EnableKeyRotation'));
          expect(rulesOf(found)).toEqual(
            // Without rotation its period means nothing.
            expected.filter((rule) => !isOff || !/^rotation-(slower|period)/.test(rule)).sort(),
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});
