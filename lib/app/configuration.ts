import { ArnPrincipal } from 'aws-cdk-lib/aws-iam';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { z } from 'zod';
import { AccountTrust } from '../account-trust';
import { Account, KeyAlias } from '../key-alias';
import { KeyRole } from '../key-role';
import { KeyService } from '../key-service';

/** The context key of `cdk.json` that holds the configuration. */
export const CONFIGURATION_KEY = 'common-kms-key';

const ROLE_FORMS = ['convention', 'name', 'permissionSet', 'arn'] as const;
const SERVICES = [
  'cloudWatchLogs',
  'cloudTrail',
  's3EventNotifications',
  'sns',
  'eventBridge',
  'ec2AutoScaling',
] as const;
const ACCOUNT_NAMES = Object.values(Account);

const region = z
  .string({ error: 'give the code of a Region, for example "eu-central-1"' })
  .refine((code) => RegionInfo.regions.some(({ name }) => name === code), {
    error: 'give the code of a Region that the installed aws-cdk-lib knows, for example "eu-central-1"',
  });

const role = z
  .partialRecord(z.enum(ROLE_FORMS), z.string(), {
    error: `give a role as an object with one of ${ROLE_FORMS.join(', ')}, for example { "convention": "gso" }`,
  })
  .transform((given, context) => {
    const entries = Object.entries(given) as [(typeof ROLE_FORMS)[number], string][];
    if (entries.length !== 1) {
      context.addIssue({ code: 'custom', message: `give exactly one of ${ROLE_FORMS.join(', ')}` });
      return z.NEVER;
    }
    const [[form, value]] = entries;
    return attempt(context, () => keyRole(form, value));
  });

const roles = z.array(role, { error: 'give a list of roles' });

/** What may be set for all accounts, and again for one of them. */
const access = {
  administrators: roles.optional(),
  deletionAdministrators: roles.optional(),
  users: roles.optional(),
  encryptOnly: roles.optional(),
  decryptOnly: roles.optional(),
  deploymentRoles: roles.optional(),
  trust: z.enum(AccountTrust, { error: `use one of ${Object.values(AccountTrust).join(', ')}` }).optional(),
  services: z
    .array(z.enum(SERVICES, { error: `use one of ${SERVICES.join(', ')}` }), {
      error: 'give a list of services',
    })
    .transform((names) => names.map((name) => KeyService[name]()))
    .optional(),
  organizationId: z
    .string({ error: 'give an organization id, for example "o-a1b2c3d4e5"' })
    .regex(/^o-[a-z0-9]{10,32}$/, { error: 'give o- and 10 to 32 lower-case letters and digits' })
    .optional(),
  rotationPeriodInDays: z
    .int({ error: 'give a whole number of days' })
    .min(90, { error: 'give at least 90 days' })
    .max(2560, { error: 'give at most 2560 days' })
    .optional(),
};

const account = z
  .strictObject(
    {
      id: z
        .string({ error: 'give the 12 digits of the account id, in quotes' })
        .regex(/^\d{12}$/, { error: 'give the 12 digits of the account id, in quotes' }),
      primaryRegion: region,
      replicaRegions: z.array(region, { error: 'give a list of Regions' }).default([]),
      ...access,
    },
    { error: 'give an object with id, primaryRegion and, where wanted, replicaRegions' },
  )
  .superRefine(({ primaryRegion, replicaRegions }, context) => {
    const { partition } = RegionInfo.get(primaryRegion);
    replicaRegions.forEach((replica, index) => {
      if (replica === primaryRegion || replicaRegions.indexOf(replica) < index) {
        context.addIssue({
          code: 'custom',
          path: ['replicaRegions', index],
          message: 'name each Region of an account once',
        });
      } else if (RegionInfo.get(replica).partition !== partition) {
        context.addIssue({
          code: 'custom',
          path: ['replicaRegions', index],
          message: `use a Region of partition ${partition}, as that of the primary: keys are related within one partition only`,
        });
      }
    });
  });

const schema = z.strictObject(
  {
    organization: word('organization', 'gwt').optional(),
    product: word('product', 'atlas'),
    accounts: z
      .partialRecord(z.enum(Account), account, {
        error: `give an object with some of ${ACCOUNT_NAMES.join(', ')}`,
      })
      .refine((accounts) => Object.keys(accounts).length > 0, {
        error: `name at least one of ${ACCOUNT_NAMES.join(', ')}`,
      }),
    ...access,
  },
  { error: 'give an object with product and accounts' },
);

/** One account of the configuration. */
export type AccountConfiguration = z.output<typeof account>;

/** The configuration of the app, checked. */
export type Configuration = z.output<typeof schema>;

/**
 * Checks the configuration of the app.
 *
 * @throws Error that lists every problem with its path, the value that was received, and what to write instead
 */
export function readConfiguration(raw: unknown): Configuration {
  const result = schema.safeParse(raw);
  const problems = [
    ...(result.error?.issues ?? []).flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => problem([...issue.path, key], raw, 'remove it, or correct its name'))
        : [problem(issue.path, raw, issue.message)],
    ),
    ...sharedIds(raw),
  ];
  if (result.data === undefined || problems.length > 0) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    throw new Error(
      `context ${JSON.stringify(CONFIGURATION_KEY)} of cdk.json has ${count}:\n${problems.map((line) => `  ${line}`).join('\n')}`,
    );
  }
  return result.data;
}

function problem(path: readonly PropertyKey[], raw: unknown, remedy: string): string {
  const place = path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
  return `${place || 'the whole'}: ${received(raw, path)}; ${remedy}`;
}

function received(raw: unknown, path: readonly PropertyKey[]): string {
  const value = path.reduce<unknown>((at, part) => at && (at as Record<PropertyKey, unknown>)[part], raw);
  return value === undefined ? 'is missing' : `received ${JSON.stringify(value)}`;
}

/** The accounts that share an id, found on the raw value so that they are told along with all the rest. */
function sharedIds(raw: unknown): string[] {
  const owners = new Map<unknown, string>();
  const accounts =
    (raw as { accounts?: Record<string, { id?: unknown } | null> } | null | undefined)?.accounts ?? {};
  return Object.entries(accounts).flatMap(([name, value]) => {
    const id = value?.id;
    const owner = owners.get(id);
    if (id !== undefined && owner === undefined) {
      owners.set(id, name);
    }
    return owner === undefined
      ? []
      : [problem(['accounts', name, 'id'], raw, `give each account an id of its own: ${owner} has this one`)];
  });
}

function word(part: 'organization' | 'product', example: string) {
  return z.string({ error: `give the ${part}, for example "${example}"` }).superRefine((value, context) => {
    attempt(context, () => new KeyAlias({ product: 'a', account: Account.DEV, [part]: value }));
  });
}

function keyRole(form: (typeof ROLE_FORMS)[number], value: string): KeyRole {
  switch (form) {
    case 'convention':
      // A name that the convention refuses is told here already, with the path to it.
      new KeyAlias({ product: 'a', account: Account.DEV }).roleName(value);
      return KeyRole.byConvention(value);
    case 'name':
      return KeyRole.fromRoleName(value);
    case 'permissionSet':
      return KeyRole.fromPermissionSetName(value);
    case 'arn':
      if (!/^arn:[a-z-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/.test(value)) {
        throw new Error('give the ARN of one role or user');
      }
      return KeyRole.fromPrincipal(new ArnPrincipal(value));
  }
}

/** Turns an error of the library into a problem at the place of its value. */
function attempt<Result>(context: z.RefinementCtx<unknown>, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
}
