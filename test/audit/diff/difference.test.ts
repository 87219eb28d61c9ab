import { apply, EDITS, type Kind } from './edits';
import { assembly, bareKeys, changesBetween, commonKeys, edited, rulesOf } from './version';

const BASES = [
  { base: 'this library’s keys', folder: assembly((app) => commonKeys(app)) },
  { base: 'keys of the CDK alone', folder: assembly(bareKeys) },
];
const REGIONAL: Readonly<Record<Kind, RegExp>> = { key: /./, replica: /./, alias: /central/ };

const rows = BASES.flatMap(({ base, folder }) =>
  EDITS.flatMap((edit) => edit.kinds.map((kind) => ({ base, folder, edit, kind, name: edit.name }))),
);

describe('the verdict on each kind of change', () => {
  test.each(rows)('$base, $kind: $name', ({ folder, edit, kind }) => {
    const after = edited(folder, (template, file) => {
      if (REGIONAL[kind].test(file)) apply(edit, kind, template);
    });
    expect({
      forth: rulesOf(changesBetween(folder, after)),
      back: rulesOf(changesBetween(after, folder)),
    }).toEqual({ forth: edit.forth, back: edit.back });
  });
});
