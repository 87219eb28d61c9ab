import { opaque } from '../policy/opaque';

/** What is known of an attribute's value: that the deployment makes it, and of which resource it is. */
export interface ResourceToken {
  readonly stackId: string;
  readonly logicalId: string;
  readonly attribute: string;
}

/**
 * The value of a resource's attribute, as a token that is equal wherever the resource is referred to.
 *
 * The name of the token leads back to the resource: that is how an alias finds its key in another stack.
 */
export function resourceToken({ stackId, logicalId, attribute }: ResourceToken): string {
  return opaque(tokenName({ stackId, logicalId, attribute }));
}

/**
 * The name of the token. Neither a colon nor a slash is in it, so that an ARN with a token in it has
 * its parts where every other ARN has them.
 */
function tokenName({ stackId, logicalId, attribute }: ResourceToken): string {
  return `${stackId && `${stackId}>`}${logicalId}.${attribute}`;
}

const KEY_TOKEN = /(?:^|\/)\uE000(?:([^\uE000\uE001\uE002]*)>)?([A-Za-z0-9]+)\.KeyId\uE001$/;

/** The key that a key id or a key ARN belongs to, when some template of the same source makes it. */
export function keyOf(idOrArn: string): Omit<ResourceToken, 'attribute'> | undefined {
  const [, stackId = '', logicalId] = KEY_TOKEN.exec(idOrArn) ?? [];
  return logicalId === undefined ? undefined : { stackId, logicalId };
}

const ATOMS = /\uE000(?:[^\uE000\uE001\uE002]*\.(?:KeyId|RoleName|UserName)|AccountId|Region)\uE001/g;

/** Whether every unknown part of a string is a plain name, without the separators of an ARN in it. */
export function hasOnlyPlainTokens(text: string): boolean {
  return !text.replaceAll(ATOMS, '').includes('\uE000');
}
