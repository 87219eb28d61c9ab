import { resolve } from 'node:path';
import type {
  App,
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
  PolicyViolation,
} from 'aws-cdk-lib/core';
import { check, type CheckFinding } from './check/check';
import { exampleWords } from './check/example-words';
import { type Expectations, NO_EXPECTATIONS } from './check/expectations';
import { byRule } from './check/report';
import { ALL_RULES } from './check/rules';
import { groupsBy } from './groups';
import { describeOpaque } from './policy/opaque';
import { assemblyStacks } from './template/assembly';
import { Inventory } from './template/inventory';
import { Source } from './template/source';

/**
 * Runs the checks of `common-kms check` when an app of the CDK is synthesized, next to cdk-nag.
 *
 * ```ts
 * Validations.of(app).addPlugins(new KmsValidationPlugin());
 * Validations.of(key).acknowledge({ id: 'common-kms::rotation', reason: 'rotated by hand each year' });
 * ```
 *
 * Every finding fails the synthesis until it is mended or acknowledged; so does what cannot be decided.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
 */
export class KmsValidationPlugin implements IPolicyValidationPlugin {
  readonly name = 'common-kms';
  readonly ruleIds = ALL_RULES.map(({ id }) => id);

  private readonly expectations: Expectations;

  /** @param expectations who is meant to administer and use the keys, as in the file of `--expect` */
  constructor(expectations: Partial<Expectations> = {}) {
    this.expectations = { ...NO_EXPECTATIONS, ...expectations };
  }

  validate({ appConstruct, templatePaths }: IPolicyValidationContext): PolicyValidationPluginReport {
    // The manifest knows the names of stacks, by which a replica finds its primary.
    const { outdir } = appConstruct as App;
    const asked = new Set(templatePaths.map((path) => resolve(path)));
    const stacks = assemblyStacks(outdir, {}).filter(({ file }) => asked.has(resolve(file)));
    const { findings } = check(new Inventory(new Source(outdir, stacks)), this.expectations);
    return {
      success: findings.length === 0,
      violations: byRule(findings).flatMap(violations),
    };
  }
}

/** One violation for each message: those of one message differ in their resource alone. */
function violations(findings: readonly CheckFinding[]): PolicyViolation[] {
  return groupsBy(findings, descriptionOf).map((same) => {
    const { rule } = same[0];
    return {
      ruleName: rule.id,
      description: describeOpaque(descriptionOf(same[0])),
      fix: `${rule.remedy} ${rule.see}`,
      // The CDK fails on errors alone.
      severity: 'error',
      ruleMetadata: { severity: rule.severity, explanation: rule.explanation },
      violatingResources: same.map(({ path, file }) => ({
        ...(path.length > 1 && { resourceLogicalId: String(path[1]) }),
        templatePath: file,
        locations: [path.slice(2).join('.')],
      })),
    };
  });
}

function descriptionOf({ message, witness, isUndecided }: CheckFinding): string {
  const example = witness ? ` (for example: ${exampleWords(witness)})` : '';
  return `${isUndecided ? 'undecided: ' : ''}${message}${example}`;
}
