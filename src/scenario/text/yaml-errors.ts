/** Errors of the YAML parser for people: the first slip in syntax, and what was perhaps meant. */
import type { YAMLError, YAMLWarning } from 'yaml';
import { type Finding, shorten } from './problems.ts';

const TOLD_EACH = ['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED', 'BAD_ALIAS', 'MULTIPLE_ANCHORS'];

/** The errors up to the first slip in syntax: what comes after it mostly follows from it. */
export function upToSyntax(
  errors: readonly (YAMLError | YAMLWarning)[],
): (YAMLError | YAMLWarning)[] {
  const sorted = [...errors].sort((one, other) => one.pos[0] - other.pos[0]);
  const first = sorted.findIndex(({ code }) => !TOLD_EACH.includes(code));
  return first < 0 ? sorted : sorted.slice(0, first + 1);
}

/** What the parser means by its commonest codes, and what to write instead. */
const PLAIN: Readonly<Record<string, Finding>> = {
  BAD_INDENT: {
    message: 'the indentation of this line fits no line above it',
    allowed: 'the same spaces for keys of one mapping, and text in quotation marks on one line',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a mapping or list begins in the middle of a line',
    allowed: 'one key: value a line, with lists and mappings on lines of their own',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a key spans several lines, or a line has no colon after its key',
    allowed: 'key: value on one line',
  },
  UNEXPECTED_TOKEN: {
    message: 'unexpected text',
    allowed: 'key: value, with text that has special characters in quotation marks',
  },
};

const LAW_BESIDE_BRACKET =
  /\b(exponential|weibull|lognormal|gamma|erlang|uniform|histogram|mixture|sum)\s*([[{])/;

/** What to write where a law's name stands before brackets without a colon. */
function lawHint(error: YAMLError, text: string): Pick<Finding, 'allowed'> {
  const start = text.lastIndexOf('\n', error.pos[0] - 1) + 1;
  const line = text.slice(start, start + 500).split(/[\r\n]/)[0] ?? '';
  const [, law, bracket] = LAW_BESIDE_BRACKET.exec(line) ?? [];
  if (law === undefined) return {};
  const inner = bracket === '[' ? '[2 h, 10 h]' : '{ ... }';
  return { allowed: `a law as a mapping, such as { ${law}: ${inner} }` };
}

const OPEN_BRACKET = /^Flow (?:sequence|map) in block collection/;

/** A colon, quotation mark, bracket or comma that the parser expected. */
function missing(error: YAMLError, text: string): Finding {
  if (/Implicit map keys|implicit map key/.test(error.message)) {
    const message = 'a colon is missing after a key';
    return {
      message,
      allowed: 'key: value, with a space after the colon',
      ...lawHint(error, text),
    };
  }
  if (/^Missing (?:closing )?["']/.test(error.message)) {
    return { message: 'a quotation mark is not closed', allowed: 'quotation marks in pairs' };
  }
  const message = `not YAML: ${shorten(error.message, 120)}`;
  return { message, ...lawHint(error, text) };
}

/** A key that is repeated; an empty one is a colon with nothing before it. */
function twice(rest: string): Finding {
  const key = (rest.split(':')[0] ?? '').trim();
  if (key !== '') return { message: `key "${shorten(key, 40)}" is given twice` };
  return { message: 'a colon without a key before it', allowed: 'key: value' };
}

/** An error of the YAML parser in our words. */
export function explain(error: YAMLError, text: string): Finding {
  const start = error.pos[0];
  const rest = text.slice(start, start + 200).split(/[\r\n]/)[0] ?? '';
  if (OPEN_BRACKET.test(error.message)) {
    const message = 'a bracket or brace is not closed, or its lines are not indented';
    return { message, allowed: '[ ] and { } in pairs', ...lawHint(error, text) };
  }
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return twice(rest);
    case 'MISSING_CHAR':
      return missing(error, text);
    case 'TAB_AS_INDENT':
      return { message: 'a tab is used to indent', allowed: 'spaces' };
    case 'MULTIPLE_ANCHORS':
    case 'BAD_ALIAS':
      return { message: `not a usable anchor or alias: ${error.message}` };
    case 'TAG_RESOLVE_FAILED':
      return { message: 'tags are not used in scenarios', allowed: 'plain YAML values' };
    default:
      return {
        ...(PLAIN[error.code] ?? {
          message: `not YAML: ${shorten(error.message, 120)}`,
        }),
        ...lawHint(error, text),
      };
  }
}
