/**
 * Text to plain values, with the place of each key and value. YAML 1.2 core schema, one document
 * with a mapping at its root; what could exhaust memory or the stack is refused.
 */
import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  Parser,
} from 'yaml';
import { type Finding, type Problem, shorten } from './problems.ts';
import { explain, upToSyntax } from './yaml-errors.ts';

export type Path = readonly (string | number)[];

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface YamlDocument {
  /** Mappings are objects, lists arrays. */
  readonly value: Readonly<Record<string, unknown>>;
  /** Of the value at `path`, or of the nearest one above it that is there. */
  valueAt(path: Path): Position;
  /** Of a character, from 0, of the text at `path`; of its start where it has several lines. */
  characterAt(path: Path, offset: number): Position;
  /** Of the last key of `path`; for an element of a list, of its value. */
  keyAt(path: Path): Position;
}

const LARGEST_TEXT = 1024 * 1024;
const DEEPEST_NESTING = 32;
const MOST_NODES = 100_000;
const MOST_ITEMS = 2_000;
/** Also where a file asks for YAML 1.1 or has tags such as !!binary: they make other objects. */
const CORE_SCHEMA = { schema: 'core', merge: false, resolveKnownTags: false } as const;

/** The document, or all that keeps `text` from being one. */
export function readYaml(
  text: string,
  file: string,
): { document: YamlDocument } | { problems: Problem[] } {
  const refusal = refuse(text);
  if (refusal !== undefined) return { problems: [{ file, line: 1, column: 1, ...refusal }] };
  const lineCounter = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const tokens = [...new Parser(lineCounter.addNewLine).parse(text)];
  const excess = firstExcess(tokens);
  if (excess !== undefined) {
    return { problems: [{ file, ...at(excess.offset), ...excess.finding }] };
  }
  const documents = [...new Composer(CORE_SCHEMA).compose(tokens)];
  const errors = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  const problems: Problem[] = upToSyntax(errors).map((error) => ({
    file,
    ...at(error.pos[0]),
    ...explain(error, text),
  }));
  const [first, second] = documents;
  if (second !== undefined) {
    const message = 'a second document begins here';
    problems.push({ file, ...at(second.range[0]), message, allowed: 'one document a file' });
  }
  if (problems.length > 0) return { problems };
  return first === undefined ? emptyFile(file) : convert(first, file, text, at);
}

/**
 * Where tokens lie too deep in one another, or a mapping has too many keys. Composing them
 * recurses, and near the end of the stack V8 ends the process rather than throw; and it compares
 * each key with all before it. So both are bounded before.
 */
function firstExcess(
  tokens: readonly CST.Token[],
): { offset: number; finding: Finding } | undefined {
  const open = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > DEEPEST_NESTING) return { offset: token.offset, finding: TOO_DEEP };
    if (token.type === 'document' && token.value) open.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    if (token.type !== 'block-seq' && token.items.length > MOST_ITEMS) {
      return { offset: token.offset, finding: TOO_MANY };
    }
    for (const { key, value } of token.items) {
      for (const inner of [key, value]) if (inner) open.push({ token: inner, depth: depth + 1 });
    }
  }
  return undefined;
}

const TOO_DEEP: Finding = {
  message: 'lists and mappings lie too deep in one another',
  allowed: `at most ${DEEPEST_NESTING} levels`,
};

const TOO_MANY: Finding = {
  message: 'a mapping has too many keys, or a list in brackets too many elements',
  allowed: `at most ${MOST_ITEMS}`,
};

function emptyFile(file: string): { problems: Problem[] } {
  const message = 'the file is empty';
  return {
    problems: [{ file, line: 1, column: 1, message, allowed: 'a mapping with "quorate: 1"' }],
  };
}

function refuse(text: string): Finding | undefined {
  if (text.length > LARGEST_TEXT) {
    const size = (text.length / LARGEST_TEXT).toFixed(1);
    return { message: `the file has ${size} MiB`, allowed: 'at most 1 MiB of text' };
  }
  if (text.includes('\0') || text.includes('\uFFFD')) {
    return { message: 'the file is not text', allowed: 'YAML in UTF-8' };
  }
  return undefined;
}

/** Plain values out of nodes, counting what aliases unfold to. */
class Converter {
  readonly problems: { node: Node; finding: Finding }[] = [];
  /** What each alias stands for. */
  readonly targets = new Map<Node, Node>();
  private readonly anchors = new Map<string, Node>();
  private nodes = 0;
  private isSpent = false;
  /** The alias being unfolded, the outermost one of several. */
  private alias: Node | undefined;

  plain(node: Node | null, depth: number): unknown {
    if (node === null || this.isSpent) return null;
    this.nodes += 1;
    if (this.nodes > MOST_NODES) {
      const message = 'the file unfolds to too many values';
      return this.fail(node, { message, allowed: `at most ${MOST_NODES}, aliases unfolded` });
    }
    if (depth > DEEPEST_NESTING) return this.fail(node, TOO_DEEP);
    if (isAlias(node)) return this.unfold(node, depth);
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined) this.anchors.set(anchor, node);
    if (isScalar(node)) return node.value;
    if (isSeq(node)) return node.items.map((item) => this.plain(item as Node | null, depth + 1));
    return isMap(node) ? this.mapping(node.items as unknown as MapItem[], node, depth) : null;
  }

  private unfold(alias: Alias, depth: number): unknown {
    const target = this.targets.get(alias) ?? this.anchors.get(alias.source);
    if (target === undefined) {
      return this.fail(alias, { message: `nothing before this is called &${alias.source}` });
    }
    this.targets.set(alias, target);
    const outermost = this.alias === undefined;
    if (outermost) this.alias = alias;
    const value = this.plain(target, depth + 1);
    if (outermost) this.alias = undefined;
    return value;
  }

  private mapping(items: readonly MapItem[], node: Node, depth: number): unknown {
    const mapping: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const { key, value } of items) {
      if (!isScalar(key)) {
        const message = 'a key is not plain text';
        return this.fail((key as Node | null) ?? node, { message, allowed: 'text as a key' });
      }
      const { anchor } = key;
      if (anchor !== undefined) this.anchors.set(anchor, key);
      if (String(key.value) in {}) {
        const message = `"${shorten(String(key.value), 40)}" is not a name that can be used`;
        this.problems.push({ node: this.alias ?? key, finding: { message, allowed: NO_WORD } });
        continue;
      }
      mapping[String(key.value)] = this.plain(value as Node | null, depth + 1);
    }
    return mapping;
  }

  private fail(node: Node, finding: Finding): null {
    this.problems.push({ node: this.alias ?? node, finding });
    this.isSpent = true;
    return null;
  }
}

/** What JavaScript gives a meaning of its own cannot be a name here. */
const NO_WORD = 'a name that is no word of JavaScript objects';

interface MapItem {
  readonly key: unknown;
  readonly value: unknown;
}

function convert(
  document: Document.Parsed<ParsedNode>,
  file: string,
  text: string,
  at: (offset: number) => Position,
): { document: YamlDocument } | { problems: Problem[] } {
  const root = document.contents as Node | null;
  if (root === null || (isScalar(root) && root.value === null)) return emptyFile(file);
  const start = (node: Node) => at(node.range?.[0] ?? 0);
  if (!isMap(root)) {
    const message = 'the file is not a mapping of keys to values';
    return { problems: [{ file, ...start(root), message, allowed: 'keys such as "quorate: 1"' }] };
  }
  const converter = new Converter();
  const value = converter.plain(root, 0) as Record<string, unknown>;
  if (converter.problems.length > 0) {
    return {
      problems: converter.problems.map(({ node, finding }) => ({
        file,
        ...start(node),
        ...finding,
      })),
    };
  }
  const walk = (path: Path) => deepest(converter.targets, root, path);
  return {
    document: {
      value,
      valueAt: (path) => start(walk(path).value),
      characterAt: (path, offset) => {
        const { value: node } = walk(path);
        const [begin, end] = node.range ?? [0, 0];
        const source = text.slice(begin, end);
        const quotes = /^["']/.test(source) ? 1 : 0;
        const isPlain =
          isScalar(node) && source.slice(quotes, source.length - quotes) === node.value;
        return at(isPlain ? begin + quotes + offset : begin);
      },
      keyAt: (path) => {
        const { key, value: found } = walk(path);
        return start(key ?? found);
      },
    },
  };
}

/** The node at `path`, or the last one on the way to it, with its key where it has one. */
function deepest(
  targets: ReadonlyMap<Node, Node>,
  root: Node,
  path: Path,
): { key: Node | undefined; value: Node } {
  let value = root;
  let key: Node | undefined;
  for (const step of path) {
    const parent = targets.get(value) ?? value;
    if (isMap(parent)) {
      const items = parent.items as unknown as MapItem[];
      const pair = items.find((item) => isScalar(item.key) && String(item.key.value) === step);
      if (pair === undefined) break;
      key = pair.key as Node;
      value = (pair.value as Node | null) ?? key;
    } else {
      const item = isSeq(parent) ? parent.items[Number(step)] : undefined;
      if (item === undefined || item === null) break;
      key = undefined;
      value = item as Node;
    }
  }
  return { key, value };
}
