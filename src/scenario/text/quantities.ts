/**
 * Durations, rates and shares as people write them: `4 months`, `1/8760 per hour`, `2 %`. mathjs
 * parses the text; the tree is then walked here and only numbers, arithmetic and units of time are
 * allowed, so that nothing else of mathjs can be reached. A year is 8760 h.
 */
import { create, type FactoryFunctionMap, type MathNode, parseDependencies } from 'mathjs/number';
import {
  DAY,
  HOUR,
  MICROSECOND,
  MILLISECOND,
  MINUTE,
  MONTH,
  SECOND,
  WEEK,
  YEAR,
} from '../../engine/clock.ts';
import { nearest } from './nearest.ts';
import { type Finding, shorten } from './problems.ts';

/** A number and its power of time: 1 for a duration in us, -1 for a rate per us, 0 for neither. */
interface Quantity {
  readonly value: number;
  readonly power: number;
}

export type QuantityKind = 'duration' | 'rate' | 'share' | 'number';

const UNITS: ReadonlyMap<string, number> = new Map(
  (
    [
      [MICROSECOND, 'us microseconds microsecond'],
      [MILLISECOND, 'ms milliseconds millisecond'],
      [SECOND, 's seconds second secs sec'],
      [MINUTE, 'min minutes minute mins'],
      [HOUR, 'h hours hour hrs hr'],
      [DAY, 'd days day'],
      [WEEK, 'weeks week'],
      [MONTH, 'months month'],
      [YEAR, 'years year'],
    ] as const
  ).flatMap(([length, names]) => names.split(' ').map((name) => [name, length] as const)),
);

const UNIT_NAMES = 'us, ms, s, min, h, days, weeks, months, years';

/** What each kind may look like, for messages. */
export const ALLOWED: Readonly<Record<QuantityKind, string>> = {
  duration: `a number with a unit of time, such as "15 min" (${UNIT_NAMES})`,
  rate: 'a number per time, such as "0.5 / year" or "1/8760 per hour"',
  share: 'a share such as "5 %", or a number from 0 to 1',
  number: 'a number',
};

export const NOUNS: Readonly<Record<QuantityKind, string>> = {
  duration: 'a length of time',
  rate: 'a rate',
  share: 'a share',
  number: 'a number',
};

const LONGEST_TEXT = 200;

const { parse } = create(parseDependencies as FactoryFunctionMap);

/** Why a text is not a quantity; thrown and caught in this file only. */
class Refusal extends Error {
  readonly suggestion: string | undefined;

  constructor(message: string, suggestion?: string) {
    super(message);
    this.suggestion = suggestion;
  }
}

/** The value of `text` in microseconds, per microsecond or plain, or why it has none. */
export function readQuantity(text: string, kind: QuantityKind): number | Finding {
  const percentage = kind === 'share' ? /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(text)?.[1] : undefined;
  if (percentage !== undefined) return hundredth(percentage);
  try {
    const { value, power } = evaluate(parseText(text));
    const expected = kind === 'duration' ? 1 : kind === 'rate' ? -1 : 0;
    if (power !== expected) throw new Refusal(wrongPower(kind, power));
    if (!Number.isFinite(value)) throw new Refusal('it is not a finite number');
    return value;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return {
      message: `"${shorten(text, 60)}" is not ${NOUNS[kind]}: ${error.message}`,
      allowed: ALLOWED[kind],
      ...(error.suggestion === undefined ? {} : { suggestion: error.suggestion }),
    };
  }
}

/** The number nearest to a hundredth of `digits`; a division would round once more. */
function hundredth(digits: string): number {
  return Number(`${digits}e-2`);
}

function parseText(text: string): MathNode {
  if (text.length > LONGEST_TEXT) throw new Refusal(`more than ${LONGEST_TEXT} characters`);
  if (text.trim() === '') throw new Refusal('there is nothing');
  if (/[;\n\r#]/.test(text)) throw new Refusal('it is more than one expression');
  try {
    return parse(text.replace(/\bper\b/g, '/'));
  } catch {
    throw new Refusal('it cannot be read');
  }
}

function wrongPower(kind: QuantityKind, power: number): string {
  if (power === 0) return kind === 'rate' ? 'it is not per time' : 'the unit is missing';
  if (power === 1) return 'it is a time';
  if (power === -1) return 'it is a number per time';
  return 'its units do not fit';
}

/** The members of mathjs's nodes that are read here. */
interface Parsed {
  readonly type: string;
  readonly fn?: unknown;
  readonly op?: string;
  /** Whether a product is written without its sign. */
  readonly implicit?: boolean;
  readonly args?: readonly MathNode[];
  readonly value?: unknown;
  readonly name?: string;
  readonly content?: MathNode;
}

function evaluate(node: MathNode): Quantity {
  const parsed = node as unknown as Parsed;
  switch (parsed.type) {
    case 'ConstantNode':
      if (typeof parsed.value === 'number') return { value: parsed.value, power: 0 };
      throw new Refusal('text and truth values have no place here');
    case 'SymbolNode':
      return { value: unitNamed(parsed.name ?? ''), power: 1 };
    case 'ParenthesisNode':
      return evaluate(parsed.content!);
    case 'OperatorNode':
      return operate(parsed);
    case 'FunctionNode':
      throw new Refusal('functions have no place here');
    default:
      throw new Refusal('only numbers, units and + - * / ^ have a place here');
  }
}

function unitNamed(name: string): number {
  const unit = UNITS.get(name);
  if (unit !== undefined) return unit;
  if (name === 'm' || name === 'M') {
    throw new Refusal(`"${name}" could be minutes or months: write "min" or "months"`);
  }
  throw new Refusal(`there is no unit "${shorten(name, 30)}"`, nearest(name, [...UNITS.keys()]));
}

function operate({ fn, op, args = [], implicit }: Parsed): Quantity {
  const operator = typeof fn === 'string' ? fn : '';
  if (!OPERATORS.has(operator)) throw new Refusal(`the operator "${op}" has no place here`);
  const left = evaluate(args[0]!);
  if (operator === 'unaryMinus') return { value: -left.value, power: left.power };
  if (operator === 'unaryPlus') return left;
  const right = evaluate(args[1]!);
  if (operator === 'multiply') {
    if (implicit && left.power !== 0) throw new Refusal('there is no "+" between two lengths');
    return { value: left.value * right.value, power: left.power + right.power };
  }
  if (operator === 'divide') {
    return { value: left.value / right.value, power: left.power - right.power };
  }
  if (operator === 'pow') {
    if (right.power !== 0) throw new Refusal('an exponent has no unit');
    return { value: left.value ** right.value, power: left.power * right.value };
  }
  if (left.power !== right.power) throw new Refusal('a time is added to something else');
  const value = operator === 'add' ? left.value + right.value : left.value - right.value;
  return { value, power: left.power };
}

const OPERATORS = new Set('add subtract multiply divide pow unaryMinus unaryPlus'.split(' '));
