/** What zod reports of a file's structure, told as findings at the keys and values concerned. */
import type * as z from 'zod';
import { faultKindOf } from '../faults/kinds/fault-kinds.ts';
import { REPAIR_KEYS } from './catalogue/failure-schema.ts';
import { exampleAt, keysAt } from './catalogue/paths.ts';
import { allowedName, allowedUnit } from './catalogue/quantity-schema.ts';
import { type Finding, shorten, unknownName } from './text/problems.ts';
import { written } from './text/written.ts';
import type { Path } from './text/yaml-document.ts';

type Issue = z.core.$ZodIssue;

export interface LocatedFinding extends Finding {
  readonly path: readonly (string | number)[];
  /** Whether the key at the end of the path is meant, or its value. */
  readonly at: 'key' | 'value';
  /** The key that lacks in the mapping at `path`. */
  readonly missing?: string;
  /** Beside the key at the end of the path: the one to point at where that is not written. */
  readonly orElse?: string;
  /** Whether `path` ends in a key that is not known. */
  readonly isUnknown?: true;
}

/** Messages for what zod checks by itself; those a schema gives of its own come before. */
export const ZOD_MESSAGES: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return `missing key "${String(issue.path?.at(-1) ?? '')}"`;
      return `${describe(issue.input)} stands where ${nounOf(issue.expected)} is needed`;
    case 'invalid_value':
      if (issue.input === undefined) return `missing key "${String(issue.path?.at(-1) ?? '')}"`;
      return `${describe(issue.input)} is not known here`;
    case 'too_small':
    case 'too_big':
      return `${describe(issue.input)} is out of range`;
    default:
      return 'this does not fit here';
  }
};

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  object: 'a mapping of keys to values',
  record: 'a mapping of names to values',
  array: 'a list',
  tuple: 'a list',
  boolean: 'true or false',
};

function nounOf(expected: string): string {
  return NOUNS[expected] ?? expected;
}

function describe(input: unknown): string {
  if (input === null || input === undefined) return 'nothing';
  if (Array.isArray(input)) return input.length === 0 ? 'an empty list' : 'a list';
  if (typeof input === 'object') return 'a mapping';
  return typeof input === 'string' ? `"${shorten(input, 60)}"` : String(input);
}

/** Every finding in `issues`, choices between forms resolved to the form that was meant. */
export function schemaFindings(issues: readonly Issue[]): LocatedFinding[] {
  const resolved = issues.flatMap((issue) => resolve(issue));
  const misspelt = resolved.filter(({ issue }) => issue.code === 'unrecognized_keys');
  const consequence = ({ issue }: Resolved) =>
    issue.code === 'custom' &&
    misspelt.some((other) => other.issue.path.join('\0') === issue.path.join('\0'));
  return resolved.filter((one) => !consequence(one)).flatMap((one) => tell(one));
}

/** An issue with its whole path, and what would have been allowed there. */
interface Resolved {
  readonly issue: Issue;
  readonly known: readonly string[];
}

function resolve(issue: Issue): Resolved[] {
  if (issue.code !== 'invalid_union') {
    const known = issue.code === 'unrecognized_keys' ? keysAt(issue.path, issue.input) : [];
    return [{ issue, known }];
  }
  const branches = issue.errors.map((branch) =>
    branch.map((one) => ({ ...one, path: [...issue.path, ...one.path] }) as Issue),
  );
  const depth = issue.path.length;
  const meant = branches.filter((branch) => !branch.some((one) => isOtherForm(one, depth)));
  if (meant.length === 0) return [{ issue: joined(issue, branches.flat()), known: [] }];
  return meant
    .map((branch) => branch.flatMap((one) => resolve(one)))
    .reduce((best, branch) => (isNearer(branch, best, depth) ? branch : best));
}

/** Whether a form knows more of the value's own keys than another, or has fewer mistakes then. */
function isNearer(form: readonly Resolved[], other: readonly Resolved[], depth: number): boolean {
  const unknown = (some: readonly Resolved[]) =>
    some.filter(({ issue }) => issue.code === 'unrecognized_keys' && issue.path.length === depth)
      .length;
  const difference = unknown(form) - unknown(other);
  return difference < 0 || (difference === 0 && form.length < other.length);
}

/** Whether the value is not of this form at all, rather than of this form with a mistake in it. */
function isOtherForm(issue: Issue, depth: number): boolean {
  if (issue.path.length > depth) return false;
  if (issue.code === 'invalid_union') {
    return issue.errors.every((branch) => branch.some((one) => isOtherForm(one, 0)));
  }
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

/** One issue that names all the forms, where the value has none of them. */
function joined(issue: Issue & { code: 'invalid_union' }, all: readonly Issue[]): Issue {
  const flat = all.flatMap((one): Issue[] =>
    one.code === 'invalid_union' ? one.errors.flat() : [one],
  );
  const values = withoutNumbersGiven(
    flat.flatMap((one) => (one.code === 'invalid_value' ? one.values : [])),
  );
  const types = flat.flatMap((one) => (one.code === 'invalid_type' ? [nounOf(one.expected)] : []));
  const own = flat.find((one) => allowedUnit(one.message) !== undefined);
  const forms = [...new Set([...values.map(String), ...types])].join(', ');
  const example = exampleAt(issue.path);
  const such = values.length > 0 || example === undefined ? '' : `, such as ${written(example)}`;
  const params = {
    allowed: own === undefined ? forms + such : allowedUnit(own.message),
    values: values.map(String),
  };
  const word = ['string', 'number'].includes(typeof issue.input) && values.length > 0;
  const wrong = word ? 'is not known here' : 'does not fit here';
  const told = issue.input === null ? 'no value stands here' : `${describe(issue.input)} ${wrong}`;
  const message = own?.message ?? told;
  return { code: 'custom', path: issue.path, message, params, input: issue.input } as Issue;
}

/** Without numbers that a text among them stands for, as 1.3 does where YAML has read 1.30. */
function withoutNumbersGiven<Value>(values: readonly Value[]): Value[] {
  const texts = values.filter((value) => typeof value === 'string');
  const isGiven = (value: Value) => texts.some((text) => Number(text) === value);
  return values.filter((value) => typeof value !== 'number' || !isGiven(value));
}

function tell({ issue, known }: Resolved): LocatedFinding[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  const { message } = issue;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        at: 'key',
        isUnknown: true,
        ...unknownKey(key, path, known),
      }));
    case 'invalid_key': {
      const [reason] = issue.issues.flatMap((one) => tell({ issue: one, known: [] }));
      return [{ message, ...reason, path, at: 'key' }];
    }
    case 'invalid_value': {
      if (issue.input === undefined) {
        return [missingKey(path, message, issue.values.join(', '))];
      }
      const allowed = issue.values.map(String);
      const word = typeof issue.input === 'string' ? issue.input : '';
      const { suggestion } = unknownName('', word, allowed);
      return [
        { path, at: 'value', message, allowed: allowed.join(', '), ...optional({ suggestion }) },
      ];
    }
    case 'invalid_type':
      if (issue.input === undefined) return [missingKey(path, message)];
      return [{ path, at: 'value', message, ...ofOtherType(issue, path) }];
    case 'too_small':
    case 'too_big': {
      const allowed =
        issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
      return [{ path, at: 'value', message, allowed: allowed + unitOf(issue) }];
    }
    case 'invalid_format':
      return [{ path, at: 'value', message, allowed: allowedName(message) }];
    case 'custom':
      return [{ path, at: 'value', message, ...params(issue) }];
    default:
      return [{ path, at: 'value', message }];
  }
}

function missingKey(path: Path, message: string, values?: string): LocatedFinding {
  const missing = String(path.at(-1));
  const example = exampleAt(path);
  const such = values ?? (example === undefined ? undefined : `such as ${written(example)}`);
  const allowed = such === undefined ? undefined : `${missing}: ${such}`;
  return { path: path.slice(0, -1), at: 'key', message, missing, ...optional({ allowed }) };
}

/** What a value of another type was perhaps meant to be, and an example of what it may be. */
function ofOtherType(
  issue: Issue & { code: 'invalid_type' },
  path: Path,
): Pick<Finding, 'allowed' | 'suggestion'> {
  const unit = allowedUnit(issue.message);
  if (unit !== undefined) return { allowed: unit };
  const { input } = issue;
  if (path.length === 1 && input === 'none') {
    const allowed = 'a mapping; under failures, `use: none` says that nothing fails';
    return { allowed, suggestion: '{ use: none }' };
  }
  const example = exampleAt(path);
  const such = example === undefined ? '' : ` such as ${written(example)}`;
  const isNumber = ['number', 'int'].includes(issue.expected) && typeof input === 'string';
  const suggestion =
    isNumber && input.trim() !== '' && Number.isFinite(Number(input)) ? input.trim() : undefined;
  return optional({ allowed: `${nounOf(issue.expected)}${such}`, suggestion });
}

/** What other tools call our keys. */
const SYNONYMS: Readonly<Record<string, string>> = {
  mttr: 'repair',
  mtbf: 'mttf',
  masters: 'controlPlanes',
  nodes: 'controlPlanes',
  runs: 'replications',
};

function unknownKey(
  key: string,
  path: readonly (string | number)[],
  known: readonly string[],
): Finding {
  const parent = path.findLast((step) => typeof step === 'string');
  if (faultKindOf(parent ?? '')?.isKill && REPAIR_KEYS.includes(key)) {
    const message = `${parent} takes no "${key}": whoever keeps the process starts it again`;
    return { message, allowed: known.join(', ') };
  }
  const { message, ...found } = unknownName('key', key, known);
  const synonym = Object.hasOwn(SYNONYMS, key) ? SYNONYMS[key]! : '';
  const rest = known.includes(synonym) ? { ...found, suggestion: synonym } : found;
  return { message: parent === undefined ? message : `${message} under ${parent}`, ...rest };
}

function unitOf(issue: Issue & { code: 'too_small' | 'too_big' }): string {
  const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  const noun = { array: ' element', string: ' character' }[issue.origin as string] ?? '';
  return noun === '' || Number(limit) === 1 ? noun : `${noun}s`;
}

function params(
  issue: Issue & { code: 'custom' },
): Pick<LocatedFinding, 'allowed' | 'suggestion' | 'missing' | 'orElse'> {
  const { allowed, suggestion, values, missing, orElse } = (issue.params ?? {}) as {
    allowed?: string;
    suggestion?: string;
    missing?: string;
    orElse?: string;
    values?: readonly string[];
  };
  const word = wordOf(issue.input, values);
  const nearby =
    suggestion ??
    (word !== undefined && values !== undefined
      ? unknownName('', word, values).suggestion
      : undefined);
  return {
    ...optional({ allowed, suggestion: nearby }),
    ...(missing === undefined ? {} : { missing }),
    ...(orElse === undefined ? {} : { orElse }),
  };
}

/** As it was written; a number is not known where YAML may have cut it, as it cuts 1.40 to 1.4. */
function wordOf(input: unknown, values: readonly string[] = []): string | undefined {
  if (typeof input === 'string') return input;
  const word = typeof input === 'number' ? String(input) : undefined;
  return values.some((value) => value.length === word?.length) ? word : undefined;
}

/** Without the keys that are undefined. */
function optional(given: {
  allowed?: string | undefined;
  suggestion?: string | undefined;
}): Pick<Finding, 'allowed' | 'suggestion'> {
  const { allowed, suggestion } = given;
  return {
    ...(allowed === undefined || allowed === '' ? {} : { allowed }),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}
