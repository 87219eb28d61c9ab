import { desiredProperties } from './desired';
import type { Environment } from './environment';
import { resolveOutputs } from './outputs';
import { inOrder } from './references';
import { addition, modification, removal, type ResourceChange } from './resource-change';
import { same } from './resource-type';
import { KNOWN_AFTER_APPLY } from './resolver';
import type { Source } from './stack';

/** The changes that a deployment of `source` would make. */
export async function plan(
  source: Source,
  environment: Environment,
): Promise<{ changes: ResourceChange[]; outputsChange: boolean }> {
  const { stack } = environment;
  const { resources } = source.template;
  const remade = new Set<string>();
  const changes: ResourceChange[] = [];
  const resolver = environment.resolver(source, knownBeforehand(environment, remade));
  for (const logicalId of inOrder(resources)) {
    if (!(await resolver.includes(logicalId))) {
      continue;
    }
    const definition = resources[logicalId];
    const before = stack.deployed(logicalId);
    const after = await desiredProperties(definition, source, resolver);
    const change =
      before === undefined
        ? addition(logicalId, definition, after, source.imports?.[logicalId])
        : modification(logicalId, definition, before, after, remade);
    if (change !== undefined) {
      changes.push(change);
    }
    if (before === undefined || change?.Replacement === 'True') {
      remade.add(logicalId);
    }
  }
  for (const [logicalId, resource] of stack.resources) {
    if (!(await resolver.includes(logicalId))) {
      changes.push(removal(logicalId, resource));
    }
  }
  const outputs = await resolveOutputs(source, resolver);
  return { changes, outputsChange: !same(outputs, stack.outputs) };
}

function knownBeforehand(
  environment: Environment,
  remade: ReadonlySet<string>,
): ReturnType<Environment['deployed']> {
  const deployed = environment.deployed();
  return {
    ref: (id) => (remade.has(id) ? KNOWN_AFTER_APPLY : deployed.ref(id)),
    getAtt: (id, attribute) => (remade.has(id) ? KNOWN_AFTER_APPLY : deployed.getAtt(id, attribute)),
  };
}
