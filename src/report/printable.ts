/**
 * Text that is safe to show: control characters could steer a terminal, and marks of direction
 * could make a line read as another one. Both are written as JSON would escape them.
 */

const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** The text on one line, with `\u001b` and the like for what would not be seen. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** The same for text that lies on several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
