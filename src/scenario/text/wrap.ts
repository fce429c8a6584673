/** Long lines broken at spaces, for terminals. */

/** Breaks at spaces; what follows a first line keeps its indent. */
export function wrap(text: string, width: number): string[] {
  const indent = /^ */.exec(text)![0];
  const lines: string[] = [];
  let line = indent;
  for (const word of unbroken(text.trim(), width - indent.length)) {
    const joined = line.trim() === '' ? line + word : `${line} ${word}`;
    if (joined.length > width && line.trim() !== '') {
      lines.push(line);
      line = indent + word;
    } else {
      line = joined;
    }
  }
  return [...lines, line];
}

/** Spaces, but none before a percent sign or a unit of time. */
const BREAKS = / (?!%|(?:us|ms|s|min|h|days?|months?|years?)(?:[\s,.;:)]|$))/;

/** Columns of a group kept together: an interval with its unit fits, a sentence in brackets not. */
const LONGEST_GROUP = 48;

/**
 * Words, and what is not to be broken while it fits: what stands in brackets, and the word before
 * round ones or before a percentage.
 */
function unbroken(text: string, width: number): string[] {
  const groups: string[][] = [];
  let depth = 0;
  for (const word of text.split(BREAKS)) {
    if (groups.length > 0 && (depth > 0 || /^\(| %/.test(word))) groups.at(-1)!.push(word);
    else groups.push([word]);
    const opened = word.match(/[([{]/g)?.length ?? 0;
    const closed = word.match(/[)\]}]/g)?.length ?? 0;
    depth = Math.max(0, depth + opened - closed);
  }
  return groups.flatMap((group) => {
    const joined = group.join(' ');
    return joined.length <= Math.min(width, LONGEST_GROUP) ? [joined] : group;
  });
}
