import * as fc from 'fast-check';
import { base64, inRegion, REGION, REPLICA_REGION, Stage } from './stage';

/** What a key is in a Region, as far as this model of two Regions goes. */
type Life =
  | { readonly state: 'Enabled' | 'Disabled' }
  | { readonly state: 'PendingDeletion'; readonly day: number }
  | { readonly state: 'PendingReplicaDeletion'; readonly window: number };

/** The rules of the developer guide, told once more and without regard to how the endpoint follows them. */
class Model {
  public today = 0;
  public primary = REGION;
  public readonly keys = new Map<string, Life>([[REGION, { state: 'Enabled' }]]);

  public is(region: string, ...states: Life['state'][]): boolean {
    const key = this.keys.get(region);
    return key !== undefined && states.includes(key.state);
  }

  /** Whether the step is allowed; if it is, it is taken. */
  public take({ operation, region, number }: Step): boolean {
    const other = region === REGION ? REPLICA_REGION : REGION;
    const isPrimary = region === this.primary;
    switch (operation) {
      case 'Wait':
        this.today += number;
        this.bury();
        return true;
      case 'Encrypt':
        return this.is(region, 'Enabled');
      case 'RotateKeyOnDemand':
        return isPrimary && this.is(region, 'Enabled');
      case 'EnableKey':
      case 'DisableKey':
        return this.set(region, this.is(region, 'Enabled', 'Disabled'), {
          state: operation === 'EnableKey' ? 'Enabled' : 'Disabled',
        });
      case 'ReplicateKey':
        return this.set(other, isPrimary && this.is(region, 'Enabled') && !this.keys.has(other), {
          state: 'Enabled',
        });
      case 'CancelKeyDeletion':
        return this.set(region, this.is(region, 'PendingDeletion', 'PendingReplicaDeletion'), {
          state: 'Disabled',
        });
      case 'ScheduleKeyDeletion': {
        const waits = isPrimary && this.keys.has(other);
        const pending: Life = waits
          ? { state: 'PendingReplicaDeletion', window: number }
          : { state: 'PendingDeletion', day: this.today + number };
        return this.set(region, this.is(region, 'Enabled', 'Disabled'), pending);
      }
      case 'UpdatePrimaryRegion': {
        const may = isPrimary && this.is(region, 'Enabled') && this.is(other, 'Enabled');
        this.primary = may ? other : this.primary;
        return may;
      }
    }
  }

  private set(region: string, may: boolean, life: Life): boolean {
    if (may) {
      this.keys.set(region, life);
    }
    return may;
  }

  /** Deletes what is due, the first thing first; the last replica lets its primary's waiting period begin. */
  private bury(): void {
    for (const region of [REGION, REPLICA_REGION].sort((one) => (one === this.primary ? 1 : -1))) {
      const key = this.keys.get(region);
      if (key?.state === 'PendingDeletion' && key.day <= this.today) {
        this.keys.delete(region);
        const primary = this.keys.get(this.primary);
        if (primary?.state === 'PendingReplicaDeletion') {
          this.keys.set(this.primary, { state: 'PendingDeletion', day: key.day + primary.window });
        }
      }
    }
  }
}

const OPERATIONS = [
  'Wait',
  'Encrypt',
  'RotateKeyOnDemand',
  'EnableKey',
  'DisableKey',
  'ReplicateKey',
  'CancelKeyDeletion',
  'ScheduleKeyDeletion',
  'UpdatePrimaryRegion',
] as const;

const steps = fc.array(
  fc.record({
    operation: fc.constantFrom(...OPERATIONS),
    region: fc.constantFrom(REGION, REPLICA_REGION),
    /** Days to wait, or of the waiting period. */
    number: fc.integer({ min: 7, max: 30 }),
  }),
  { minLength: 5, maxLength: 40 },
);
type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never;

function inputOf({ operation, region, number }: Step, KeyId: string): object {
  const other = region === REGION ? REPLICA_REGION : REGION;
  return {
    KeyId,
    ...(operation === 'Encrypt' && { Plaintext: base64('x') }),
    ...(operation === 'ReplicateKey' && { ReplicaRegion: other }),
    ...(operation === 'UpdatePrimaryRegion' && { PrimaryRegion: other }),
    ...(operation === 'ScheduleKeyDeletion' && { PendingWindowInDays: number }),
  };
}

test('whatever happens to related keys, each is in the state that it should be in, and decrypts just when it is enabled', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const stage = new Stage();
      const admin = stage.admin();
      const KeyId = await stage.createKey(admin, { MultiRegion: true });
      const model = new Model();
      const ciphertexts: string[] = [];
      for (const step of taken) {
        const expected = model.take(step);
        const caller = inRegion(admin, step.region);
        if (step.operation === 'Wait') {
          stage.pass(step.number);
        } else if (expected) {
          const { CiphertextBlob } = (await stage.call(step.operation, inputOf(step, KeyId), caller)) ?? {};
          ciphertexts.push(...(step.operation === 'Encrypt' ? [CiphertextBlob] : []));
        } else {
          expect(await stage.refusal(step.operation, inputOf(step, KeyId), caller)).not.toBe('none');
        }
        for (const region of [REGION, REPLICA_REGION]) {
          const there = inRegion(admin, region);
          const { KeyMetadata } =
            (await stage.call('DescribeKey', { KeyId }, there).catch(() => undefined)) ?? {};
          expect(KeyMetadata?.KeyState).toBe(model.keys.get(region)?.state);
          for (const CiphertextBlob of ciphertexts) {
            const refusal = await stage.refusal('Decrypt', { CiphertextBlob }, there);
            expect(refusal === 'none').toBe(model.is(region, 'Enabled'));
          }
        }
      }
    }),
    { numRuns: 150 },
  );
});
