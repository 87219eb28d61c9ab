import type { JsonObject } from '../../lib/audit/template/json';
import type { Resolver } from './resolver';
import type { Source, StackOutput } from './stack';
import { text } from './text';

/** The outputs of a template whose conditions hold. */
export async function resolveOutputs(source: Source, resolver: Resolver): Promise<StackOutput[]> {
  const outputs: StackOutput[] = [];
  for (const [OutputKey, output] of Object.entries(source.template.outputs)) {
    if (await resolver.condition(output.Condition as string | undefined)) {
      const exported = output.Export as JsonObject | undefined;
      outputs.push({
        OutputKey,
        OutputValue: text((await resolver.resolve(output.Value)) ?? ''),
        Description: output.Description as string | undefined,
        ...(exported !== undefined && { ExportName: text((await resolver.resolve(exported.Name)) ?? '') }),
      });
    }
  }
  return outputs;
}
