import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './check/check';
import { NO_EXPECTATIONS } from './check/expectations';
import type { Inventory } from './template/inventory';
import { isUndecided } from './template/setting';
import type { Stack } from './template/template';

/** One key of an assembly, in a line. */
export interface OverviewRow {
  /** The account id, and undefined when it is open until deployment. */
  readonly account?: string;
  readonly region?: string;
  readonly key: 'primary' | 'replica' | 'single-Region';
  /** The names of the key's aliases, as far as they are known. */
  readonly aliases: readonly string[];
  /** The stack as the command line of the CDK lists it. */
  readonly stack: string;
  /** What validation plugins, such as cdk-nag, reported for the stack, and what `common-kms check` finds in it. */
  readonly findings: number;
}

interface ValidationReport {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly violatingConstructs: readonly { readonly constructPath?: string }[];
    }[];
  }[];
}

/**
 * The keys of a CDK assembly, with the number of findings about each stack.
 */
export function overview(inventory: Inventory): OverviewRow[] {
  const { keys, aliasesOf } = inventory.all();
  const paths = violatingPaths(inventory.source.path);
  const { findings } = check(inventory, NO_EXPECTATIONS);
  return keys.map(({ id, kind, settings, stack }) => ({
    ...stack.environment,
    key:
      kind === 'replica' ? 'replica' : settings.material?.multiRegion === true ? 'primary' : 'single-Region',
    aliases: (aliasesOf.get(id) ?? []).flatMap(({ name }) => (isUndecided(name) ? [] : name)),
    stack: stack.displayName,
    findings:
      paths.filter((path) => isIn(stack, path)).length +
      findings.filter(({ file }) => file === stack.file).length,
  }));
}

/**
 * The constructs that validation plugins of the CDK reported, once for each finding.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
 */
function violatingPaths(assembly: string): string[] {
  const file = join(assembly, 'validation-report.json');
  if (!existsSync(file)) {
    return [];
  }
  const { pluginReports } = JSON.parse(readFileSync(file, 'utf8')) as ValidationReport;
  return pluginReports
    .flatMap(({ violations }) => violations)
    .flatMap(({ violatingConstructs }) => violatingConstructs.map(({ constructPath = '' }) => constructPath));
}

function isIn({ displayName }: Stack, path: string): boolean {
  return path === displayName || path.startsWith(`${displayName}/`);
}
