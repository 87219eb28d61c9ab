import { checkKmsAliasName, KeyAlias } from '../../key-alias';
import type { FindingRule } from '../finding';
import { OPEN_ACCOUNT, OPEN_REGION } from '../template/environment';
import { type Json, own } from '../template/json';
import type { AliasItem } from '../template/key-item';
import { isUndecided, textSetting } from '../template/setting';
import type { Problem } from './problem';
import { judge } from './key-rule';

/** A rule about one alias. */
export interface AliasRule extends FindingRule {
  check(alias: AliasItem): Iterable<Problem>;
}

const PATH = ['Properties', 'AliasName'];

/** KMS takes the name. */
export const aliasName: AliasRule = {
  id: 'alias-name',
  severity: 'high',
  title: 'An alias has a name that KMS takes',
  explanation:
    'KMS refuses other names when the stack is deployed. The CDK lets a colon through, which KMS does not.',
  remedy: 'Name it alias/ and 1 to 250 of A-Z a-z 0-9 / _ -, and not alias/aws/.',
  see: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html',
  check: ({ name, properties }) => {
    // An account and a Region that are open have characters that KMS takes.
    const text = textSetting(withoutOpenEnvironment(own(properties, 'AliasName')), '');
    return judge(isUndecided(name) && isUndecided(text) ? name : text, PATH, (known) =>
      complaint(() => checkKmsAliasName(known)),
    );
  },
};

/** The name follows the convention of this library; checked only where the options ask for it. */
export const aliasConvention: AliasRule = {
  id: 'alias-convention',
  severity: 'low',
  title: 'An alias follows the naming convention',
  explanation:
    'A name of the form alias/<organization>-<product><account>-cmn-all-kms-sym tells which key it is, and is the same in every Region.',
  remedy: 'Rename it, or leave aliasConvention out of the options.',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
  check: ({ name }) => judge(name, PATH, (text) => complaint(() => KeyAlias.parse(text))),
};

function withoutOpenEnvironment(value: Json | undefined): Json | undefined {
  return typeof value === 'string'
    ? value.replaceAll(OPEN_ACCOUNT, '000000000000').replaceAll(OPEN_REGION, 'eu-central-1')
    : value;
}

function complaint(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
