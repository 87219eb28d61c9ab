import type { Policy } from '../policy/document';
import type { Principal } from '../policy/principal';

/**
 * Names principals the way people speak of them.
 *
 * A role of the convention is known by the last word of its name, a role of IAM Identity Center by its
 * permission set, any other by its name. A principal that no policy names stands for all of its account.
 */
export class Names {
  private readonly exact: ReadonlySet<string>;
  private readonly shortNames: ReadonlyMap<string, string>;
  private readonly patterns: readonly { readonly arn: string; readonly test: RegExp }[];

  constructor(policies: readonly Policy[]) {
    const arns = new Set(policies.flatMap(({ statements }) => statements.flatMap(namedArns)));
    this.shortNames = distinctNames([...arns]);
    this.exact = new Set([...arns].filter((arn) => !/[*?]/.test(arn)));
    this.patterns = [...arns]
      .filter((arn) => !this.exact.has(arn) && !/^(\*|arn:[^:]*:iam::[^:]*:(\*|(role|user)\/\*))$/.test(arn))
      .map((arn) => ({ arn, test: expression(arn) }));
  }

  /** Whether some policy names the principal, by its ARN or by a pattern. */
  isNamed(principal: Principal): boolean {
    return (
      'arn' in principal && (this.exact.has(principal.arn) || this.patternOf(principal.arn) !== undefined)
    );
  }

  /** What the principal is called. */
  of(principal: Principal): string {
    switch (principal.kind) {
      case 'anonymous':
        return 'anybody';
      case 'service':
        return `the service ${principal.service}`;
      case 'root':
        return `the root user of account ${principal.account}`;
      default: {
        const named = this.exact.has(principal.arn) ? principal.arn : this.patternOf(principal.arn);
        return named === undefined
          ? `any other principal of account ${principal.account}`
          : (this.shortNames.get(named) ?? named);
      }
    }
  }

  private patternOf(arn: string): string | undefined {
    return this.patterns.find(({ test }) => test.test(arn))?.arn;
  }
}

/** The ARNs and patterns of ARNs by which a statement names principals. */
export function namedArns({ principals, conditions }: Policy['statements'][number]): string[] {
  return [
    ...principals.flatMap((each) => (each.kind === 'arn' ? [each.arn] : [])),
    ...conditions.filter(({ key }) => key === 'aws:principalarn').flatMap(({ values }) => values),
  ];
}

/** The shortest name of each ARN that no other ARN has; one of a permission set stands for several patterns. */
function distinctNames(arns: readonly string[]): Map<string, string> {
  const candidates = [shortName, lastPart, (arn: string) => arn];
  return new Map(
    arns.map((arn) => {
      const others = arns.filter((other) => other !== arn && lastPart(other) !== lastPart(arn));
      return [
        arn,
        candidates.map((name) => name(arn)).find((name) => !others.map(shortName).includes(name)) ?? arn,
      ];
    }),
  );
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** `arn:aws:iam::111111111111:role/gwt-atlasdev-iamr-pma`, with or without what is before the name → `PMA`. */
export function shortName(arn: string): string {
  const name = lastPart(arn);
  const [, set] = /^AWSReservedSSO_(.+)_[?*0-9a-f]+$/.exec(name) ?? [];
  const [, role] = /^[a-z][a-z0-9]*-[a-z][a-z0-9]*-iamr-(.+)$/.exec(name) ?? [];
  return set ?? role?.toUpperCase() ?? name;
}

function expression(pattern: string): RegExp {
  const parts = pattern.split(/([*?])/).map((part) => {
    if (part === '*') return '.*';
    return part === '?' ? '.' : part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 's');
}
