/** Collects what is wrong with one file, each finding at its place. */
import type { Finding, Problem } from './problems.ts';
import type { Path, Position, YamlDocument } from './yaml-document.ts';

/** What of the values being checked is not as the file has it, because of mistakes told already. */
export interface Doubts {
  /** For lists of which elements were left out: the place in the file of each that was kept. */
  readonly kept: Readonly<Record<string, readonly number[]>>;
  /** Entries in which something was mended: only unknown names are told of these. */
  readonly entries: readonly Path[];
  /** Values that were put in: nothing is told of these. */
  readonly values: readonly Path[];
}

const NO_DOUBTS: Doubts = { kept: {}, entries: [], values: [] };

export class Findings {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  private readonly file: string;
  private readonly document: YamlDocument;
  private readonly doubts: Doubts;

  constructor(file: string, document: YamlDocument, doubts: Doubts = NO_DOUBTS) {
    this.file = file;
    this.document = document;
    this.doubts = doubts;
  }

  position(path: Path, at: 'key' | 'value' = 'value'): Position {
    const place = this.inFile(path);
    return at === 'key' ? this.document.keyAt(place) : this.document.valueAt(place);
  }

  /** Whether a list stands at `path` of the file. */
  isList(path: Path): boolean {
    let value: unknown = this.document.value;
    for (const step of this.inFile(path)) value = (value as Record<string, unknown> | null)?.[step];
    return Array.isArray(value);
  }

  problem(path: Path, finding: Finding, at: 'key' | 'value' = 'value'): void {
    if (within(this.inFile(path), this.doubts.entries)) return;
    this.problems.push({ file: this.file, ...this.position(path, at), ...finding });
  }

  /** A problem with the text at `path`, at its character `offset`. */
  problemIn(path: Path, offset: number, finding: Finding): void {
    const place = this.inFile(path);
    if (within(place, this.doubts.entries)) return;
    const position = this.document.characterAt(place, offset);
    this.problems.push({ file: this.file, ...position, ...finding });
  }

  /** A name that refers to nothing; told even where something else of its entry was mended. */
  unknownName(path: Path, finding: Finding, at: 'key' | 'value' = 'value'): void {
    if (within(this.inFile(path), this.doubts.values)) return;
    this.problems.push({ file: this.file, ...this.position(path, at), ...finding });
  }

  warning(path: Path, finding: Finding, at: 'key' | 'value' = 'value'): void {
    this.warnings.push({ file: this.file, ...this.position(path, at), ...finding });
  }

  private inFile(path: Path): Path {
    const [section, index, ...rest] = path;
    const kept = typeof section === 'string' ? this.doubts.kept[section] : undefined;
    if (kept === undefined || typeof index !== 'number') return path;
    return [section!, kept[index] ?? index, ...rest];
  }
}

/** Whether `path` is one of `others` or lies below one. */
function within(path: Path, others: readonly Path[]): boolean {
  return others.some((other) => other.every((step, index) => path[index] === step));
}
