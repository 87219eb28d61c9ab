import { existsSync, readFileSync } from 'node:fs';
import type * as Yaml from 'yaml';

type Line = (path: readonly (string | number)[]) => number;

/**
 * Finds the lines of a file, JSON or YAML: the first line of what stands at a path, or of the nearest
 * thing around it that the file has.
 *
 * A resolved value need not stand in the file as it was resolved, so the nearest place has to do.
 */
export function sourceLines(file: string): Line {
  if (!existsSync(file)) return () => 1;
  // Loaded on demand: most runs report no line, and the parser takes a while to load.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const yaml = require('yaml') as typeof Yaml;
  const counter = new yaml.LineCounter();
  const { contents } = yaml.parseDocument(readFileSync(file, 'utf8'), {
    lineCounter: counter,
    logLevel: 'silent',
  });
  return (path) => {
    let node: Yaml.Node | null = contents;
    let start = node?.range?.[0] ?? 0;
    for (const step of path) {
      if (yaml.isMap(node)) {
        const pair: Yaml.Pair | undefined = node.items.find(
          ({ key }) => yaml.isScalar(key) && String(key.value) === String(step),
        );
        if (!pair) break;
        start = (pair.key as Yaml.Node).range?.[0] ?? start;
        node = pair.value as Yaml.Node | null;
      } else if (yaml.isSeq(node) && typeof step === 'number') {
        node = (node.items[step] as Yaml.Node | undefined) ?? null;
        start = node?.range?.[0] ?? start;
      } else break;
    }
    return counter.linePos(start).line;
  };
}
