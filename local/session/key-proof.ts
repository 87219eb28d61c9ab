import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetKeyRotationStatusCommand,
} from '@aws-sdk/client-kms';
import { attempt } from './actor';
import type { KeyStack } from './key-stacks';
import type { People } from './people';

/** One thing that was tried in one account: what, what came back, and what was expected. */
export interface Attempt {
  readonly account: string;
  readonly tried: string;
  readonly got: string;
  readonly expected: string;
}

const LONGEST_PLAINTEXT = 4096;

/** The key of one account at work: across Regions, at its limits, and with what somebody has tampered with. */
export async function proveKey(people: People, stacks: readonly KeyStack[]): Promise<Attempt[]> {
  const [primary, ...replicas] = stacks;
  const { name, region } = primary;
  const kms = people.pma.kms(region);
  const keyArn = await arnOf(people, primary);
  const EncryptionContext = { purpose: 'proof' };
  const Plaintext = Buffer.from(`the secret of ${name}`);
  const { CiphertextBlob = new Uint8Array() } = await kms.send(
    new EncryptCommand({ KeyId: keyArn, Plaintext, EncryptionContext }),
  );
  const decrypts = await Promise.all(
    replicas.map(async (replica) => ({
      account: name,
      tried: `encrypt in ${region}, decrypt in ${replica.region}`,
      got: await attempt(async () => {
        const decrypted = await people.pma
          .kms(replica.region)
          .send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
        expectSame(Buffer.from(decrypted.Plaintext ?? []).toString(), Plaintext.toString());
      }),
      expected: 'allowed',
    })),
  );
  const tampered = Uint8Array.from(CiphertextBlob, (byte, index) =>
    index === CiphertextBlob.length - 1 ? byte ^ 1 : byte,
  );
  return [
    ...decrypts,
    {
      account: name,
      tried: `encrypt ${LONGEST_PLAINTEXT} bytes`,
      got: await attempt(() =>
        kms.send(new EncryptCommand({ KeyId: keyArn, Plaintext: Buffer.alloc(LONGEST_PLAINTEXT) })),
      ),
      expected: 'allowed',
    },
    {
      account: name,
      tried: `encrypt ${LONGEST_PLAINTEXT + 1} bytes`,
      got: await attempt(() =>
        kms.send(new EncryptCommand({ KeyId: keyArn, Plaintext: Buffer.alloc(LONGEST_PLAINTEXT + 1) })),
      ),
      expected: 'ValidationException',
    },
    {
      account: name,
      tried: 'decrypt what was tampered with',
      got: await attempt(() => kms.send(new DecryptCommand({ CiphertextBlob: tampered, EncryptionContext }))),
      expected: 'InvalidCiphertextException',
    },
    {
      account: name,
      tried: 'decrypt with another encryption context',
      got: await attempt(() =>
        kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { purpose: 'other' } })),
      ),
      expected: 'InvalidCiphertextException',
    },
    ...(await Promise.all(stacks.map((stack) => proveAlias(people, stack, keyArn)))),
    {
      account: name,
      tried: 'rotation is on, every 365 days',
      got: await attempt(async () => {
        const status = await people.gso.kms(region).send(new GetKeyRotationStatusCommand({ KeyId: keyArn }));
        expectSame(`${status.KeyRotationEnabled} ${status.RotationPeriodInDays}`, 'true 365');
      }),
      expected: 'allowed',
    },
  ];
}

/** The alias of a Region means the related key that is there. */
async function proveAlias(
  people: People,
  { name, aliasName, region }: KeyStack,
  primaryArn: string,
): Promise<Attempt> {
  return {
    account: name,
    tried: `the alias resolves in ${region}`,
    got: await attempt(async () => {
      const { KeyMetadata } = await people.administrator
        .kms(region)
        .send(new DescribeKeyCommand({ KeyId: aliasName }));
      expectSame(KeyMetadata?.Arn, primaryArn.replace(/^(arn:[^:]+:kms:)[^:]+/, `$1${region}`));
    }),
    expected: 'allowed',
  };
}

/** The ARN of the key that an alias means in its Region. */
export async function arnOf(people: People, { aliasName, region }: KeyStack): Promise<string> {
  const { KeyMetadata } = await people.administrator
    .kms(region)
    .send(new DescribeKeyCommand({ KeyId: aliasName }));
  return KeyMetadata?.Arn ?? '';
}

function expectSame(got: string | undefined, expected: string): void {
  if (got !== expected) {
    throw Object.assign(new Error(), {
      name: `${JSON.stringify(got)} instead of ${JSON.stringify(expected)}`,
    });
  }
}
