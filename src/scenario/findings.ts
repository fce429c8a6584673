/** Collects what is wrong with one file, each finding at its place. */
import type { Finding, Problem } from './problems.ts';
import type { Path, Position, YamlDocument } from './yaml-document.ts';

/** For lists of which elements were left out: the place in the file of each that was kept. */
export type KeptElements = Readonly<Record<string, readonly number[]>>;

export class Findings {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  private readonly file: string;
  private readonly document: YamlDocument;
  private readonly kept: KeptElements;

  constructor(file: string, document: YamlDocument, kept: KeptElements = {}) {
    this.file = file;
    this.document = document;
    this.kept = kept;
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
    this.problems.push({ file: this.file, ...this.position(path, at), ...finding });
  }

  warning(path: Path, finding: Finding, at: 'key' | 'value' = 'value'): void {
    this.warnings.push({ file: this.file, ...this.position(path, at), ...finding });
  }

  private inFile(path: Path): Path {
    const [section, index, ...rest] = path;
    const kept = typeof section === 'string' ? this.kept[section] : undefined;
    if (kept === undefined || typeof index !== 'number') return path;
    return [section!, kept[index] ?? index, ...rest];
  }
}
