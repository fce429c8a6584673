/** Values as people write them in a scenario file, for messages and lists of parameters. */

/** A value in YAML's flow style, from which YAML reads the same value again. */
export function written(value: unknown): string {
  return typeof value === 'string' ? text(value, false) : inFlow(value);
}

function inFlow(value: unknown): string {
  if (typeof value === 'string') return text(value, true);
  if (Array.isArray(value)) return `[${value.map(inFlow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const pairs = Object.entries(value).map(([key, one]) => `${text(key, true)}: ${inFlow(one)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/** Begins as no YAML but plain text does, and holds nothing that ends or comments plain text. */
const PLAIN = /^[\p{L}\d_./+(<>=$^][^\p{Cc}#"'\\]*$/u;
const ENDS_PLAIN = /:\s|:$|\s$/;
const ENDS_IN_FLOW = /[,[\]{}]/;
/** What YAML takes for something else than text. */
const WORDS = /^(true|false|null)$/i;
const NUMBERS = /^[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?$|^0[ox][\da-f]+$|^[-+]?\.(inf|nan)$/i;

function text(value: string, isInFlow: boolean): string {
  const isPlain =
    PLAIN.test(value) &&
    !ENDS_PLAIN.test(value) &&
    !(isInFlow && ENDS_IN_FLOW.test(value)) &&
    !WORDS.test(value) &&
    !NUMBERS.test(value);
  return isPlain ? value : JSON.stringify(value);
}
