import { readdirSync, readFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { parse } from 'yaml';

const WORKFLOWS = join('.github', 'workflows');

/** GitHub's parser imports JSON files without saying that they are JSON, which Node.js insists on. */
const JSON_AS_BUNDLERS_TAKE_IT = `
  export const load = (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context);
`;

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
}

interface Document {
  readonly permissions?: unknown;
  readonly jobs?: Readonly<Record<string, { readonly uses?: string; readonly steps?: readonly Step[] }>>;
  readonly runs?: { readonly steps: readonly Step[] };
}

/**
 * What is wrong with the workflows and the action in a folder: what GitHub would refuse, and what lets
 * somebody else in.
 *
 * @see https://docs.github.com/en/actions/reference/security/secure-use
 */
export async function workflowProblems(root: string): Promise<string[]> {
  register(`data:text/javascript,${encodeURIComponent(JSON_AS_BUNDLERS_TAKE_IT)}`);
  const { NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');
  const { parseAction } = await import('@actions/workflow-parser/actions/action-parser');
  const workflows = readdirSync(join(root, WORKFLOWS)).map((name) => join(WORKFLOWS, name));
  return ['action.yml', ...workflows].flatMap((name) => {
    const content = readFileSync(join(root, name), 'utf8');
    const read = name === 'action.yml' ? parseAction : parseWorkflow;
    const refused = read({ name, content }, new NoOperationTraceWriter()).context.errors.getErrors();
    return [
      ...refused.map(({ message }) => message),
      ...insecurities(parse(content) as Document).map((problem) => `${name}: ${problem}`),
    ];
  });
}

function insecurities({ permissions, jobs, runs }: Document): string[] {
  const steps = [...(runs?.steps ?? []), ...Object.values(jobs ?? {}).flatMap((job) => job.steps ?? [])];
  const used = [...steps, ...Object.values(jobs ?? {})].flatMap(({ uses }) => uses ?? []);
  return [
    ...(jobs && permissions === undefined
      ? ['it says no permissions, so its token may do more than it needs']
      : []),
    ...used
      .filter((action) => !action.startsWith('./') && !/@(v\d+|[0-9a-f]{40})$/.test(action))
      .map((action) => `${action} has no version`),
    ...steps
      .filter(({ run }) => run?.includes('${{'))
      .map(({ name, run }) => `${name ?? run} puts an expression into a script: hand it over in "env"`),
  ];
}

if (require.main === module) {
  void workflowProblems(process.cwd()).then((problems) => {
    for (const problem of problems) console.error(problem);
    process.exitCode = problems.length > 0 ? 1 : 0;
  });
}
