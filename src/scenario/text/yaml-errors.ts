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

/** An error of the YAML parser in our words. */
export function explain(error: YAMLError, text: string): Finding {
  const start = error.pos[0];
  const rest = text.slice(start, start + 200).split(/[\r\n]/)[0] ?? '';
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return { message: `key "${shorten(rest.split(':')[0] ?? '', 40)}" is given twice` };
    case 'TAB_AS_INDENT':
      return { message: 'a tab is used to indent', allowed: 'spaces' };
    case 'MULTIPLE_ANCHORS':
    case 'BAD_ALIAS':
      return { message: `not a usable anchor or alias: ${error.message}` };
    case 'TAG_RESOLVE_FAILED':
      return { message: 'tags are not used in scenarios', allowed: 'plain YAML values' };
    default:
      return {
        message: `not YAML: ${shorten(error.message.replace(/["']quote/, 'quotation mark'), 120)}`,
        ...lawHint(error, text),
      };
  }
}
