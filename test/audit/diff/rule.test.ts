import { CHANGE_RULES, type RuleId, RULES } from '../../../lib/audit/diff/rule';
import { EDITS } from './edits';

const SEVERITIES: Readonly<Record<'critical' | 'high' | 'medium' | 'low', readonly RuleId[]>> = {
  critical: [
    'access-opened',
    'alias-retargeted',
    'immutable-property',
    'key-disabled',
    'key-orphaned',
    'key-removed',
    'key-replaced',
    'key-type-changed',
    'lockout-check-bypassed',
    'primary-removed',
    'replica-primary-changed',
    'retention-lost',
    'undecided',
  ],
  high: [
    'access-gained',
    'access-lost',
    'alias-removed',
    'alias-renamed',
    'alias-replaced',
    'alias-retention-lost',
    'rotation-off',
    'rotation-slower',
    'window-lowered',
  ],
  medium: ['alias-orphaned', 'rotation-period-changed', 'tags-changed'],
  low: [
    'alias-added',
    'description-changed',
    'key-added',
    'key-enabled',
    'lockout-check-restored',
    'retention-gained',
    'rotation-on',
    'window-raised',
  ],
};

describe('the rules', () => {
  test.each(Object.entries(SEVERITIES))('are %s where they ought to be', (severity, rules) => {
    const found = CHANGE_RULES.filter((rule) => rule.severity === severity).map(({ id }) => id);
    expect(found.sort()).toEqual(rules);
  });

  test.each(CHANGE_RULES)(
    '$id says why, what AWS does, what to do instead, and where AWS says so',
    (rule) => {
      for (const text of [rule.title, rule.explanation, rule.effect, rule.remedy]) {
        expect(text).toMatch(/^(?!.*\.$)(\p{Ll}|AWS|IAM|KMS|Cloud|Key|EnableKeyRotation)/u);
      }
      expect(rule.see).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/.+\.html$/);
    },
  );

  test('that are of keys and aliases alone have a case each in the table', () => {
    const elsewhere: readonly RuleId[] = [
      'access-gained',
      'access-lost',
      'access-opened',
      'alias-removed',
      'key-removed',
      'key-type-changed',
      'primary-removed',
    ];
    const covered = new Set<string>([
      ...EDITS.flatMap(({ forth, back }) => [...forth, ...back]),
      ...elsewhere,
    ]);
    expect(Object.keys(RULES).filter((id) => !covered.has(id))).toEqual([]);
  });
});
