/** Collects what is wrong with one file, each finding at its place. */
import type { Finding, Problem } from './problems.ts';
import type { Path, Position } from './yaml-document.ts';

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

/** Where what is written of a scenario stands, in its file or in an option. */
export interface Places {
  /** Of the value at `path`, of its key, or of the nearest place above it that is there. */
  at(path: Path, which: 'key' | 'value'): Place;
  /** Of a character, from 0, of the text at `path`. */
  characterAt(path: Path, offset: number): Place;
  /** Whether somebody has written something at `path`: it is no default and of no preset. */
  isGiven(path: Path): boolean;
  /** Whether a list stands there. */
  isList(path: Path): boolean;
}

interface Place extends Position {
  /** As it is named, or the option. */
  readonly file: string;
}

export class Findings {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  private readonly places: Places;
  private readonly doubts: Doubts;

  constructor(places: Places, doubts: Doubts = NO_DOUBTS) {
    this.places = places;
    this.doubts = doubts;
  }

  position(path: Path, which: 'key' | 'value' = 'value'): Place {
    return this.places.at(this.inFile(path), which);
  }

  isGiven(path: Path): boolean {
    return this.places.isGiven(this.inFile(path));
  }

  isList(path: Path): boolean {
    return this.places.isList(this.inFile(path));
  }

  problem(path: Path, finding: Finding, at: 'key' | 'value' = 'value'): void {
    if (within(this.inFile(path), this.doubts.entries)) return;
    this.problems.push({ ...this.position(path, at), ...finding });
  }

  /** A problem with the text at `path`, at its character `offset`. */
  problemIn(path: Path, offset: number, finding: Finding): void {
    const place = this.inFile(path);
    if (within(place, this.doubts.entries)) return;
    this.problems.push({ ...this.places.characterAt(place, offset), ...finding });
  }

  /** A name that refers to nothing; told even where something else of its entry was mended. */
  unknownName(path: Path, finding: Finding, at: 'key' | 'value' = 'value'): void {
    if (within(this.inFile(path), this.doubts.values)) return;
    this.problems.push({ ...this.position(path, at), ...finding });
  }

  warning(path: Path, finding: Finding, at: 'key' | 'value' = 'value'): void {
    this.warnings.push({ ...this.position(path, at), ...finding });
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
