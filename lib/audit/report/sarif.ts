import { relative, sep } from 'node:path';
import type { Location, Log, ReportingDescriptor, Result } from 'sarif';
import type { Acceptance } from '../acceptance';
import type { Finding, FindingRule, Severity } from '../finding';
import { jsonText } from './json-text';
import { programVersion } from './program-version';
import { sourceLines } from './source-line';

/** What a command found, for code scanning. */
export interface SarifInput {
  /** Every rule that was asked, whether or not it found something. */
  readonly rules: readonly FindingRule[];
  readonly findings: readonly Finding[];

  /** What was found and accepted: shown as dismissed. */
  readonly accepted?: readonly { readonly finding: Finding; readonly acceptance: Acceptance }[];

  /** The folder that paths are relative to, which is to be the root of the repository. */
  readonly root: string;
}

const LEVELS: Readonly<Record<Severity, 'note' | 'warning' | 'error'>> = {
  low: 'note',
  medium: 'warning',
  high: 'error',
  critical: 'error',
};

/** What code scanning sorts by: a score as that of a vulnerability. */
const SCORES: Readonly<Record<Severity, string>> = {
  low: '3.0',
  medium: '5.0',
  high: '8.0',
  critical: '9.5',
};

/**
 * Findings as a SARIF log, with the places in the templates, and fingerprints that stay the same while
 * what was found does.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 * @see https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export function sarif({ rules, findings, accepted = [], root }: SarifInput): string {
  const found = new Set([...findings, ...accepted.map(({ finding }) => finding)].map(({ rule }) => rule));
  const described = [...new Map([...rules, ...found].map((rule) => [rule.id, rule])).values()];
  const locate = locator(root);
  const result = (finding: Finding, acceptance?: Acceptance): Result => ({
    ruleId: finding.rule.id,
    ruleIndex: described.findIndex(({ id }) => id === finding.rule.id),
    level: LEVELS[finding.rule.severity],
    message: { text: `${finding.isUndecided ? 'undecided: ' : ''}${finding.message}` },
    locations: [locate(finding)],
    partialFingerprints: { 'commonKms/v1': `${finding.id}@${finding.resource}` },
    ...(acceptance && {
      suppressions: [
        {
          kind: 'external',
          status: 'accepted',
          justification: `${acceptance.reason} (${acceptance.acceptedBy}, until ${acceptance.expires})`,
        },
      ],
    }),
  });
  const log: Log = {
    version: '2.1.0',
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    runs: [
      {
        tool: {
          driver: {
            name: 'common-kms',
            semanticVersion: programVersion(),
            rules: described.map(descriptor),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: [
          ...findings.map((finding) => result(finding)),
          ...accepted.map(({ finding, acceptance }) => result(finding, acceptance)),
        ],
      },
    ],
  };
  return jsonText(log);
}

function descriptor({ id, severity, title, explanation, remedy, see }: FindingRule): ReportingDescriptor {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: explanation },
    help: { text: `${explanation}\n\n${remedy}`, markdown: `${explanation}\n\n**Remedy:** ${remedy}` },
    helpUri: see,
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: ['security'], 'security-severity': SCORES[severity] },
  };
}

/** Says where findings are; each file is read once. */
function locator(root: string): (finding: Finding) => Location {
  const files = new Map<string, ReturnType<typeof sourceLines>>();
  return ({ file, path, where, resource }) => {
    const lines = files.get(file) ?? sourceLines(file);
    files.set(file, lines);
    const uri = relative(root, file).split(sep).map(encodeURIComponent).join('/');
    return {
      physicalLocation: { artifactLocation: { uri }, region: { startLine: lines(path) } },
      logicalLocations: [{ name: where, fullyQualifiedName: resource, kind: 'resource' }],
    };
  };
}
