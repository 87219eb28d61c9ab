import { newMaterial, type KeyMaterial } from './envelope';
import type { Grant } from './grant';
import type { KeyPolicy } from './key-policy';
import type { KeyState } from './key-state';

/** In milliseconds. */
export const DAY = 24 * 60 * 60 * 1000;

/** The same moment, some days later. */
export function daysAfter(date: Date, days: number): Date {
  return new Date(date.getTime() + days * DAY);
}

/**
 * What related multi-Region keys share: the key id, the material and its rotation.
 *
 * A single-Region key has all this to itself.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
 */
export class KeyFamily {
  /** The related keys by Region. */
  public readonly members = new Map<string, Key>();
  /** The newest is last; it encrypts, and all of them decrypt. */
  public readonly materials: KeyMaterial[] = [newMaterial()];
  /** Automatic rotation, as long as it is on. */
  public rotation?: { readonly periodInDays: number; readonly next: Date };

  constructor(
    public readonly id: string,
    public readonly account: string,
    public readonly partition: string,
    public readonly multiRegion: boolean,
    public primaryRegion: string,
  ) {}

  public get currentMaterial(): KeyMaterial {
    return this.materials[this.materials.length - 1];
  }

  public get primary(): Key | undefined {
    return this.members.get(this.primaryRegion);
  }

  public get replicas(): Key[] {
    return [...this.members.values()].filter((key) => !key.isPrimary);
  }
}

/**
 * A KMS key in its Region.
 *
 * Everything here is its own: related keys have other policies, grants, tags, descriptions and states.
 */
export class Key {
  public readonly tags = new Map<string, string>();
  public readonly grants = new Map<string, Grant>();
  public description = '';
  public enabled = true;
  /** Without a date as long as replicas keep the primary key from being deleted. */
  public deletion?: { readonly windowInDays: number; readonly date?: Date };
  /** The last operation that encrypted or decrypted with it; related keys count apart. */
  public lastUsage?: { readonly operation: string; readonly date: Date };
  /** A state that passes by itself. */
  public transition?: { readonly state: 'Creating' | 'Updating'; readonly until: Date };

  constructor(
    public readonly family: KeyFamily,
    public readonly region: string,
    public readonly created: Date,
    public policy: KeyPolicy,
  ) {}

  public get account(): string {
    return this.family.account;
  }

  public get arn(): string {
    return `arn:${this.family.partition}:kms:${this.region}:${this.account}:key/${this.family.id}`;
  }

  public get isPrimary(): boolean {
    return this.region === this.family.primaryRegion;
  }

  public state(now: Date): KeyState {
    if (this.deletion !== undefined) {
      return this.deletion.date === undefined ? 'PendingReplicaDeletion' : 'PendingDeletion';
    }
    if (this.transition !== undefined && now < this.transition.until) {
      return this.transition.state;
    }
    return this.enabled ? 'Enabled' : 'Disabled';
  }

  /**
   * What `DescribeKey` says about the key.
   *
   * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html
   */
  public metadata(now: Date): Record<string, unknown> {
    const state = this.state(now);
    return {
      AWSAccountId: this.account,
      KeyId: this.family.id,
      Arn: this.arn,
      CreationDate: this.created,
      Enabled: state === 'Enabled',
      Description: this.description,
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeyState: state,
      DeletionDate: this.deletion?.date,
      PendingDeletionWindowInDays:
        state === 'PendingReplicaDeletion' ? this.deletion?.windowInDays : undefined,
      Origin: 'AWS_KMS',
      KeyManager: 'CUSTOMER',
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      KeySpec: 'SYMMETRIC_DEFAULT',
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      MultiRegion: this.family.multiRegion,
      MultiRegionConfiguration: this.family.multiRegion ? this.relatives() : undefined,
      CurrentKeyMaterialId: this.family.currentMaterial.id,
    };
  }

  private relatives(): Record<string, unknown> {
    const entry = (key: Key) => ({ Arn: key.arn, Region: key.region });
    return {
      MultiRegionKeyType: this.isPrimary ? 'PRIMARY' : 'REPLICA',
      PrimaryKey: this.family.primary && entry(this.family.primary),
      ReplicaKeys: this.family.replicas.map(entry),
    };
  }
}
