import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error';
import type { Caller } from '../caller';
import { daysAfter, type Key, KeyFamily } from './key';
import { nextDeletion, rotate } from './passage-of-time';

/** A name for a key, unique in its account and Region. */
export interface Alias {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  updated: Date;
  target: Key;
}

/** Where a key or alias is looked up: the account and the Region. */
export type Place = Pick<Caller, 'account' | 'region' | 'partition'>;

const KEY_ID = /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const ARN = /^arn:([^:]+):kms:([^:]*):([^:]*):(?:key\/(.+)|(alias\/.+))$/;

/** Every key and alias of every account and Region, and what time does to them. */
export class KeyStore {
  private readonly families = new Map<string, KeyFamily>();
  private readonly aliases = new Map<string, Alias>();

  /** What a new key and its future replicas share; nothing is kept before there is a key. */
  public newFamily({ account, partition, region }: Place, multiRegion: boolean): KeyFamily {
    const id = multiRegion ? `mrk-${randomBytes(16).toString('hex')}` : randomUUID();
    return new KeyFamily(id, account, partition, multiRegion, region);
  }

  public add(key: Key): void {
    this.families.set(key.family.id, key.family);
    key.family.members.set(key.region, key);
  }

  /** The related keys of an id that was ever given out. */
  public family(id: string): KeyFamily | undefined {
    return this.families.get(id);
  }

  public keysIn({ account, region }: Place): Key[] {
    return [...this.families.values()]
      .filter((family) => family.account === account)
      .flatMap((family) => family.members.get(region) ?? []);
  }

  public allKeys(): Key[] {
    return [...this.families.values()].flatMap((family) => [...family.members.values()]);
  }

  /**
   * The key that a key id or key ARN names, seen from a place.
   *
   * @throws AwsError `NotFoundException`
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
   */
  public key(identifier: string, place: Place): Key {
    const { account, partition, id } = this.parse(identifier, place);
    if (!KEY_ID.test(id)) {
      throw new AwsError('NotFoundException', `Invalid keyId '${id}'`);
    }
    const key = this.families.get(id)?.members.get(place.region);
    if (key?.account !== account) {
      const arn = `arn:${partition}:kms:${place.region}:${account}:key/${id}`;
      throw new AwsError('NotFoundException', `Key '${arn}' does not exist`);
    }
    return key;
  }

  /** The key that a key id, key ARN, alias name or alias ARN names, seen from a place. */
  public keyOrAlias(identifier: string, place: Place): Key {
    const { account, partition, id } = this.parse(identifier, place);
    return id.startsWith('alias/')
      ? this.alias(id, { account, partition, region: place.region }).target
      : this.key(identifier, place);
  }

  /** The name of the alias that an identifier is, if it is one. */
  public aliasName(identifier: string, place: Place): string | undefined {
    const { id } = this.parse(identifier, place);
    return id.startsWith('alias/') ? id : undefined;
  }

  /** @throws AwsError `NotFoundException` */
  public alias(name: string, place: Place): Alias {
    const arn = aliasArn(name, place);
    const alias = this.aliases.get(arn);
    if (alias === undefined) {
      throw new AwsError('NotFoundException', `Alias ${arn} is not found.`);
    }
    return alias;
  }

  public hasAlias(name: string, place: Place): boolean {
    return this.aliases.has(aliasArn(name, place));
  }

  public addAlias(name: string, target: Key, place: Place, now: Date): void {
    const arn = aliasArn(name, place);
    this.aliases.set(arn, { name, arn, created: now, updated: now, target });
  }

  public removeAlias(alias: Alias): void {
    this.aliases.delete(alias.arn);
  }

  public aliasesIn(place: Place): Alias[] {
    const prefix = aliasArn('', place);
    return [...this.aliases.values()].filter(({ arn }) => arn.startsWith(prefix));
  }

  public aliasesOf(key: Key): string[] {
    return [...this.aliases.values()].filter(({ target }) => target === key).map(({ name }) => name);
  }

  /** Lets time pass: deletes the keys whose waiting period is over, and rotates what is due. */
  public advance(now: Date): void {
    for (const family of this.families.values()) {
      for (let due = nextDeletion(family, now); due !== undefined; due = nextDeletion(family, now)) {
        this.remove(due.key, due.date);
      }
      rotate(family, now);
    }
  }

  private remove(key: Key, date: Date): void {
    const { family } = key;
    family.members.delete(key.region);
    for (const alias of [...this.aliases.values()].filter(({ target }) => target === key)) {
      this.removeAlias(alias);
    }
    const { primary } = family;
    if (primary?.deletion !== undefined && primary.deletion.date === undefined && family.members.size === 1) {
      const { windowInDays } = primary.deletion;
      primary.deletion = { windowInDays, date: daysAfter(date, windowInDays) };
    }
  }

  private parse(identifier: string, place: Place): { account: string; partition: string; id: string } {
    if (!identifier.startsWith('arn:')) {
      return { ...place, id: identifier };
    }
    const [, partition, region, account, keyId, alias] = ARN.exec(identifier) ?? [];
    if (region === undefined) {
      throw new AwsError('InvalidArnException', `${identifier} is not a valid ARN of a KMS key or alias`);
    }
    if (region !== place.region || partition !== place.partition) {
      throw new AwsError('NotFoundException', `Invalid arn ${region}`);
    }
    return { account, partition, id: keyId ?? alias };
  }
}

export function aliasArn(name: string, { account, region, partition }: Place): string {
  return `arn:${partition}:kms:${region}:${account}:${name}`;
}
