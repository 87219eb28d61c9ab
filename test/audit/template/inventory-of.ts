import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnvironmentOptions } from '../../../lib/audit/template/environment';
import { type FullInventory, Inventory } from '../../../lib/audit/template/inventory';
import { openSource } from '../../../lib/audit/template/source';

/** The inventory of a template with some resources, and one parameter `Open` that has no value. */
export function inventoryOf(
  resources: unknown,
  options: EnvironmentOptions,
  rest: object = {},
): FullInventory {
  const file = join(mkdtempSync(join(tmpdir(), 'common-kms-')), 'template.json');
  const Parameters = { Open: { Type: 'String' } };
  writeFileSync(file, JSON.stringify({ Parameters, ...rest, Resources: resources }));
  return new Inventory(openSource(file, options)).all();
}
