import { readFileSync } from 'node:fs';
import type { FullInventory, StackInventory } from '../template/inventory';
import type { Stack } from '../template/template';
import { change, type Change } from './change';

/**
 * What may change in places that the templates do not show: macros, modules, nested stacks that are not here.
 *
 * A template that is the same to the byte asks for nothing new, whatever is behind it.
 */
export function gapChanges(before: FullInventory, after: FullInventory): Change[] {
  const [old, next] = [before, after].map(
    ({ stacks }) => new Map(stacks.map((each) => [each.stack.id, each])),
  );
  return [...new Set([...old.keys(), ...next.keys()])].flatMap((id) => stackGaps(old.get(id), next.get(id)));
}

function stackGaps(before: StackInventory | undefined, after: StackInventory | undefined): Change[] {
  const gaps = new Set([...(before?.gaps ?? []), ...(after?.gaps ?? [])]);
  const subject = after?.stack ?? before?.stack;
  if (gaps.size === 0 || !subject || isSameTemplate(before, after)) return [];
  return [...gaps].map((gap) =>
    stackChange(subject, gap, 'put the missing template beside the others, or write the resources out'),
  );
}

/** Says that it is not known what changes in a stack. */
export function stackChange(stack: Stack, message: string, remedy?: string): Change {
  return change(
    'undecided',
    { id: stack.id, stack, logicalId: '', where: stack.displayName },
    { message, ...(remedy !== undefined && { remedy }) },
  );
}

function isSameTemplate(before: StackInventory | undefined, after: StackInventory | undefined): boolean {
  if (!before || !after) return false;
  const [old, next] = [before, after].map(({ stack }) => readFileSync(stack.file));
  return old.equals(next);
}
