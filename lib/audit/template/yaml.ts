import type * as Yaml from 'yaml';
import { InputError } from './input-error';
import type { Json, JsonObject } from './json';

/** Tags of YAML 1.1 that CloudFormation does not know; a date such as `2012-10-17` stays text. */
const UNKNOWN_TO_CLOUDFORMATION = /:(binary|omap|pairs|set|timestamp|merge)$/;

/** Of collections, a few for each level of nesting. */
const MAX_OPEN_NODES = 400;

/**
 * Reads the YAML that CloudFormation accepts: version 1.1, short forms of intrinsic functions
 * (`!Sub`), neither aliases nor merges.
 *
 * Every tag is carried over (`!Foo` becomes `Fn::Foo`), so that a function this program does not
 * know is reported where it matters instead of being taken for plain text.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
 */
export function parseYaml(text: string, source: string): Json {
  // Loaded on demand: most assemblies hold JSON alone, and the parser takes a while to load.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const yaml = require('yaml') as typeof Yaml;
  const lines = new yaml.LineCounter();
  const composer = new yaml.Composer({
    schema: 'yaml-1.1',
    customTags: (tags) =>
      tags.filter((tag) => !UNKNOWN_TO_CLOUDFORMATION.test(typeof tag === 'string' ? tag : tag.tag)),
  });
  const [document, second] = [...composer.compose(shallow(text), true, text.length)];
  if (document.errors.length > 0) {
    const [{ message, pos }] = document.errors;
    const { line, col } = lines.linePos(pos[0]);
    throw new InputError(`${source} is not valid YAML: ${message} (line ${line}, column ${col})`);
  }
  if (second) throw new InputError(`${source} holds several YAML documents: keep one`);
  return toJson(document.contents);

  // Stops at a depth that the composer, which calls itself for each level, has stack for.
  function* shallow(source: string): Generator<Yaml.CST.Token> {
    lines.addNewLine(0);
    const parser = new yaml.Parser(lines.addNewLine);
    for (const lexeme of new yaml.Lexer().lex(source)) {
      yield* parser.next(lexeme);
      if (parser.stack.length > MAX_OPEN_NODES) throw new RangeError();
    }
    yield* parser.end();
  }

  function toJson(node: unknown): Json {
    if (yaml.isAlias(node)) {
      throw new InputError(
        `${source} uses the YAML alias ${JSON.stringify(`*${node.source}`)}: CloudFormation accepts none; write the value out`,
      );
    }
    if (yaml.isScalar(node)) return call(node.tag, scalar(node));
    if (yaml.isSeq(node)) return call(node.tag, node.items.map(toJson));
    if (yaml.isMap(node)) return call(node.tag, mapping(node));
    return null;
  }

  function mapping(node: Yaml.YAMLMap): JsonObject {
    return Object.fromEntries(
      node.items.map(({ key, value }) => {
        if (!yaml.isScalar(key))
          throw new InputError(`${source} has a key that is not a string: ${String(key)}`);
        // The spelling, since `on` and `012345678901` would lose theirs as values of YAML 1.1.
        return [key.source ?? String(key.value), toJson(value)];
      }),
    );
  }
}

function scalar({ value, source }: Yaml.Scalar): Json {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  // A number that is not written as JavaScript writes it keeps its spelling: it may be an account's id.
  return typeof value === 'number' && String(value) === source ? value : (source ?? null);
}

function call(tag: string | undefined, value: Json): Json {
  if (tag === undefined || !tag.startsWith('!') || tag === '!') return value;
  const name = tag.slice(1);
  return { [name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`]: value };
}
