import {
  CancelKeyDeletionCommand,
  CreateGrantCommand,
  DecryptCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GetKeyPolicyCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  ReplicateKeyCommand,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
  type KMSClient,
} from '@aws-sdk/client-kms';
import type { Endpoint } from '../endpoint';
import { attempt, type Actor } from './actor';
import { arnOf } from './key-proof';
import type { KeyStack } from './key-stacks';
import type { People } from './people';

/** Granted by the key policy, left to the account's IAM policies, or refused. */
type Cell = 'D' | 'I' | '–';

/** What came back for one request of one principal, and what was expected. */
export interface MatrixCell {
  readonly got: string;
  readonly expected: string;
}

export interface MatrixRow {
  readonly request: string;
  readonly cells: readonly MatrixCell[];
}

/** Whose column of the README's table a column stands for. */
const COLUMNS = [
  { title: 'GSO', who: 'gso', column: 0, iam: false },
  { title: 'PSA', who: 'psa', column: 1, iam: false },
  { title: 'PMA', who: 'pma', column: 2, iam: false },
  { title: 'deploy-\nment role', who: 'deployment', column: 3, iam: true },
  { title: 'other,\nIAM allows', who: 'other', column: 4, iam: true },
  { title: 'other,\nIAM silent', who: 'stranger', column: 4, iam: false },
  { title: 'another\naccount', who: 'foreigner', column: 5, iam: true },
] as const;

export const MATRIX_HEAD = ['request', ...COLUMNS.map(({ title }) => title)];

/** One key, and what its account's people need to try things on it. */
interface Subject {
  readonly endpoint: Endpoint;
  readonly people: People;
  readonly primary: KeyStack;
  readonly replica: KeyStack | undefined;
  readonly KeyId: string;
  readonly policy: string;
  readonly ciphertext: Uint8Array;
}

type Try = (kms: KMSClient, subject: Subject, actor: Actor) => Promise<unknown>;

interface Request {
  readonly request: string;
  /** The row of the README: GSO, PSA, PMA, deployment role, other principal of the account, another account. */
  readonly row: readonly [Cell, Cell, Cell, Cell, Cell, Cell];
  readonly tries: readonly Try[];
  /** What can be tried from within the account only: an alias belongs to the account of its key. */
  readonly triesWithin?: readonly Try[];
}

const NOBODY = ['–', '–', '–', '–', '–', '–'] as const;
const UNCONFIGURED = 'ap-south-1';
const plaintext = Buffer.from('attack at dawn');

const REQUESTS: readonly Request[] = [
  {
    request: 'Encrypt, Decrypt, ReEncrypt, GenerateDataKey…',
    row: ['D', 'D', 'D', 'I', 'I', '–'],
    tries: [
      (kms, { KeyId }) => kms.send(new EncryptCommand({ KeyId, Plaintext: plaintext })),
      (kms, { ciphertext, KeyId }) => kms.send(new DecryptCommand({ CiphertextBlob: ciphertext, KeyId })),
      (kms, { ciphertext, KeyId }) =>
        kms.send(new ReEncryptCommand({ CiphertextBlob: ciphertext, DestinationKeyId: KeyId })),
      (kms, { KeyId }) => kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })),
      (kms, { KeyId }) => kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: 'AES_256' })),
      (kms, { KeyId }) => kms.send(new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: 'ECC_NIST_P256' })),
      (kms, { KeyId }) =>
        kms.send(new GenerateDataKeyPairWithoutPlaintextCommand({ KeyId, KeyPairSpec: 'ECC_NIST_P256' })),
    ],
  },
  {
    request: 'CreateGrant made by an AWS service',
    row: ['D', 'D', 'D', 'I', 'I', '–'],
    tries: [
      async (_kms, { endpoint, KeyId, people, primary: { account, region } }, actor) => {
        const input = { KeyId, GranteePrincipal: `arn:aws:iam::${account}:root`, Operations: ['Decrypt'] };
        const grant = await endpoint.onBehalf(actor.keys, region, 'ec2', ['kms', 'CreateGrant'], input);
        const GrantId = String(grant.GrantId);
        await people.gso.kms(region).send(new RevokeGrantCommand({ KeyId, GrantId }));
      },
    ],
  },
  {
    request: 'CreateGrant otherwise',
    row: NOBODY,
    tries: [
      (kms, { KeyId, primary: { account } }) =>
        kms.send(
          new CreateGrantCommand({
            KeyId,
            GranteePrincipal: `arn:aws:iam::${account}:root`,
            Operations: ['Decrypt'],
          }),
        ),
    ],
  },
  {
    request: 'administer (rotation, tags, enable/disable, aliases, replicate to a configured Region…)',
    row: ['D', 'D', '–', 'D', '–', '–'],
    tries: [
      (kms, { KeyId }) => kms.send(new EnableKeyRotationCommand({ KeyId })),
      (kms, { KeyId }) =>
        kms.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'tried', TagValue: 'yes' }] })),
      (kms, { KeyId }) => kms.send(new UntagResourceCommand({ KeyId, TagKeys: ['tried'] })),
      (kms, { KeyId }) => kms.send(new DisableKeyCommand({ KeyId })),
      (kms, { KeyId }) => kms.send(new EnableKeyCommand({ KeyId })),
      (kms, { KeyId }) => kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: 'tried' })),
      // There is a replica already: whoever may replicate is told so.
      async (kms, { KeyId, replica, policy }) => {
        if (replica !== undefined) {
          const ReplicaRegion = replica.region;
          const answer = await attempt(() =>
            kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion, Policy: policy })),
          );
          if (answer !== 'AlreadyExistsException') {
            throw Object.assign(new Error(answer), { name: answer });
          }
        }
      },
    ],
    triesWithin: [
      (kms, { KeyId, primary: { aliasName } }) =>
        kms.send(new UpdateAliasCommand({ AliasName: aliasName, TargetKeyId: KeyId })),
    ],
  },
  {
    request: 'PutKeyPolicy',
    row: ['D', 'D', '–', 'D', 'I', '–'],
    tries: [(kms, { KeyId, policy }) => kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policy }))],
  },
  {
    request: 'PutKeyPolicy bypassing the lockout check',
    row: NOBODY,
    tries: [
      (kms, { KeyId, policy }) =>
        kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policy, BypassPolicyLockoutSafetyCheck: true })),
    ],
  },
  {
    request: 'ScheduleKeyDeletion, 30 days',
    row: ['D', 'D', '–', '–', '–', '–'],
    tries: [
      async (kms, { KeyId, people, primary }) => {
        await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 30 }));
        const gso = people.gso.kms(primary.region);
        await gso.send(new CancelKeyDeletionCommand({ KeyId }));
        await gso.send(new EnableKeyCommand({ KeyId }));
      },
    ],
  },
  {
    request: 'ScheduleKeyDeletion, 7 days',
    row: NOBODY,
    tries: [(kms, { KeyId }) => kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))],
  },
  {
    request: 'ReplicateKey to a Region that is not configured',
    row: NOBODY,
    tries: [
      (kms, { KeyId, policy }) =>
        kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: UNCONFIGURED, Policy: policy })),
    ],
  },
];

/**
 * Everybody tries everything on the key of one account, one after the other.
 *
 * A request that is many operations is allowed when all of them are.
 */
export async function tryEverything(
  endpoint: Endpoint,
  people: People,
  stacks: readonly KeyStack[],
): Promise<MatrixRow[]> {
  const [primary, replica] = stacks;
  const administrator = people.administrator.kms(primary.region);
  const KeyId = await arnOf(people, primary);
  const { Policy: policy = '' } = await people.gso
    .kms(primary.region)
    .send(new GetKeyPolicyCommand({ KeyId }));
  const { CiphertextBlob: ciphertext = new Uint8Array() } = await administrator.send(
    new EncryptCommand({ KeyId, Plaintext: plaintext }),
  );
  const subject = { endpoint, people, primary, replica, KeyId, policy, ciphertext };
  const rows: MatrixRow[] = [];
  for (const { request, row, tries, triesWithin = [] } of REQUESTS) {
    const cells: MatrixCell[] = [];
    for (const { who, column, iam } of COLUMNS) {
      const actor = people[who];
      const answers = new Set<string>();
      for (const each of who === 'foreigner' ? tries : [...tries, ...triesWithin]) {
        answers.add(await attempt(() => each(actor.kms(primary.region), subject, actor)));
      }
      cells.push({ got: [...answers].join(' / '), expected: expectation(row[column], iam) });
    }
    rows.push({ request, cells });
  }
  return rows;
}

function expectation(cell: Cell, iamAllows: boolean): string {
  return cell === 'D' || (cell === 'I' && iamAllows) ? 'allowed' : 'AccessDeniedException';
}
