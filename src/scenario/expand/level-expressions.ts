/**
 * Service levels as a scenario writes them: `etcd.quorum and any(controlPlanes)`. Words are `and`,
 * `or`, parentheses, `all(...)`, `any(...)` and `atLeast(k, ...)`; names are those of parts,
 * groups and levels defined before.
 */
import type { LevelExpression } from '../../model/control-plane/topology.ts';
import { type Finding, shorten, unknownName } from '../text/problems.ts';
import type { Names } from './names.ts';

export const QUORUM = 'etcd.quorum';

const LONGEST_EXPRESSION = 2000;
const DEEPEST_EXPRESSION = 50;
const RULE = 'names, and, or, parentheses, all(...), any(...), atLeast(k, ...)';

/** Names that an expression may use. */
interface Vocabulary {
  readonly names: Names;
  /** Levels defined so far; undefined for one that has mistakes of its own. */
  readonly levels: ReadonlyMap<string, LevelExpression | undefined>;
}

/** What is wrong with an expression, and at which of its characters, from 0. */
interface MisplacedToken extends Finding {
  readonly offset: number;
}

/** Why an expression is none; thrown and caught in this file only. */
class Refusal extends Error {
  readonly finding: MisplacedToken;

  constructor(finding: Finding, offset = 0) {
    super(finding.message);
    this.finding = { ...finding, offset };
  }
}

/** Marks an expression that leans on a level with mistakes of its own, reported elsewhere. */
class Unusable extends Error {}

/** The expression, a finding, or undefined where a level that it leans on is broken. */
export function parseLevel(
  text: string,
  vocabulary: Vocabulary,
): LevelExpression | MisplacedToken | undefined {
  try {
    return new Parser(text, vocabulary).whole();
  } catch (error) {
    if (error instanceof Unusable) return undefined;
    if (error instanceof Refusal) return error.finding;
    throw error;
  }
}

function atLeast(count: number, of: readonly LevelExpression[]): LevelExpression {
  return of.length === 1 && count === 1 ? of[0]! : { kind: 'atLeast', count, of };
}

class Parser {
  private readonly tokens: readonly string[];
  /** Where each token begins, and where the text ends. */
  private readonly offsets: readonly number[];
  private readonly vocabulary: Vocabulary;
  private next = 0;
  private depth = 0;

  constructor(text: string, vocabulary: Vocabulary) {
    if (text.length > LONGEST_EXPRESSION) {
      const allowed = `at most ${LONGEST_EXPRESSION} characters`;
      throw new Refusal({ message: 'the expression is too long', allowed });
    }
    const found = [...text.matchAll(/[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*|\d+|[(),]|\S/g)];
    this.tokens = found.map(([token]) => token);
    this.offsets = [...found.map(({ index }) => index), text.length];
    this.vocabulary = vocabulary;
  }

  whole(): LevelExpression {
    const expression = this.either();
    if (this.next < this.tokens.length) throw this.unexpected();
    return expression;
  }

  private either(): LevelExpression {
    const terms = [this.both()];
    while (this.take('or')) terms.push(this.both());
    return atLeast(1, terms);
  }

  private both(): LevelExpression {
    const terms = [this.single()];
    while (this.take('and')) terms.push(this.single());
    return atLeast(terms.length, terms);
  }

  private single(): LevelExpression {
    this.depth += 1;
    if (this.depth > DEEPEST_EXPRESSION) {
      throw this.refusal({ message: 'parentheses lie too deep in one another' });
    }
    const expression = this.take('(') ? this.inParentheses() : this.call();
    this.depth -= 1;
    return expression;
  }

  private inParentheses(): LevelExpression {
    const expression = this.either();
    if (!this.take(')')) throw this.unexpected('")"');
    return expression;
  }

  private call(): LevelExpression {
    const word = this.tokens[this.next];
    if (word === undefined || !/^[A-Za-z]/.test(word)) throw this.unexpected('a name');
    this.next += 1;
    if (this.tokens[this.next] !== '(') return this.named(word);
    if (!['all', 'any', 'atLeast'].includes(word)) {
      const { suggestion } = unknownName('', word, ['all', 'any', 'atLeast']);
      const message = `there is no function "${shorten(word, 40)}"`;
      this.next -= 1;
      throw this.refusal({ message, allowed: RULE, ...(suggestion ? { suggestion } : {}) });
    }
    const start = this.next - 1;
    this.next += 1;
    const count = word === 'atLeast' ? this.count() : undefined;
    const of = this.list();
    const needed = word === 'any' ? 1 : (count ?? of.length);
    if (needed < 1 || needed > of.length) {
      if (this.vocabulary.names.isDoubtful) throw new Unusable();
      const message = `at least ${needed} of ${of.length} cannot be`;
      this.next = start;
      throw this.refusal({ message, allowed: `from 1 to ${of.length}` });
    }
    return atLeast(needed, of);
  }

  private count(): number {
    const word = this.tokens[this.next] ?? '';
    if (!/^\d+$/.test(word)) throw this.unexpected('how many, such as atLeast(2, cp1, cp2, cp3)');
    this.next += 1;
    if (!this.take(',')) throw this.unexpected('","');
    return Number(word);
  }

  /** Expressions with commas between, up to the closing parenthesis; groups are opened. */
  private list(): LevelExpression[] {
    const of: LevelExpression[] = [];
    do {
      const group = this.vocabulary.names.group(this.tokens[this.next] ?? '');
      if (group === undefined) of.push(this.either());
      else {
        this.next += 1;
        for (const name of group) of.push({ kind: 'part', name });
      }
    } while (this.take(','));
    if (!this.take(')')) throw this.unexpected('")"');
    if (of.length === 0 && this.vocabulary.names.isDoubtful) throw new Unusable();
    if (of.length === 0) {
      this.next -= 2;
      throw this.refusal({ message: 'the group is empty in this topology' });
    }
    return of;
  }

  private named(word: string): LevelExpression {
    const { names, levels } = this.vocabulary;
    if (names.kindOf(word) !== undefined) return { kind: 'part', name: word };
    if (levels.has(word)) {
      const level = levels.get(word);
      if (level === undefined) throw new Unusable();
      return level;
    }
    if (names.group(word) !== undefined) {
      const message = `"${word}" is a group`;
      this.next -= 1;
      throw this.refusal({ message, allowed: `any(${word}), all(${word}) or atLeast(k, ${word})` });
    }
    if (names.mayExist(word)) throw new Unusable();
    this.next -= 1;
    throw this.refusal(names.unknown('name', word, [...levels.keys()]));
  }

  private take(token: string): boolean {
    if (this.tokens[this.next] !== token) return false;
    this.next += 1;
    return true;
  }

  private unexpected(expected?: string): Refusal {
    const token = this.tokens[this.next];
    const message =
      token === undefined
        ? 'the expression ends too early'
        : `"${shorten(token, 40)}" has no place here`;
    return this.refusal({ message, allowed: expected ?? RULE });
  }

  /** At the token that is read next. */
  private refusal(finding: Finding): Refusal {
    return new Refusal(finding, this.offsets[Math.min(this.next, this.tokens.length)]);
  }
}
