/**
 * Sums of a row of chunks, merged two and two as in a tournament: of 8 chunks from a multiple of 8
 * on one sum is kept, and of any row as few as its length has binary digits, twice at most. Which
 * sums are merged depends on where chunks lie and on nothing else, so rows that follow one another
 * give the bits that the whole row does, wherever it was cut, though merging rounds.
 */
import type { Scenario } from '../scenario/scenario.ts';
import { RunSums, type SumsData } from './run-sums.ts';

/** The sums of `chunks` chunks, a power of 2, of which the first has the number `chunk`. */
export interface SumNode {
  readonly chunk: number;
  readonly chunks: number;
  readonly sums: SumsData;
}

interface Kept {
  readonly chunk: number;
  readonly chunks: number;
  /** As they came, until others are merged into them: that spares half of the copies. */
  sums: SumsData | RunSums;
}

export class SumTree {
  private readonly scenario: Scenario;
  private readonly kept: Kept[] = [];

  constructor(scenario: Scenario) {
    this.scenario = scenario;
  }

  /** Of chunks that come next in the row. */
  add({ chunk, chunks, sums }: SumNode): void {
    let added: Kept = { chunk, chunks, sums };
    for (;;) {
      const before = this.kept.at(-1);
      const isPair = before?.chunks === added.chunks && before.chunk % (2 * before.chunks) === 0;
      if (before === undefined || !isPair) break;
      const merged = this.summing(before.sums);
      merged.merge(dataOf(added.sums));
      added = { chunk: before.chunk, chunks: 2 * before.chunks, sums: merged };
      this.kept.pop();
    }
    this.kept.push(added);
  }

  nodes(): SumNode[] {
    return this.kept.map(({ chunk, chunks, sums }) => ({ chunk, chunks, sums: dataOf(sums) }));
  }

  /** The sum of all; `tail` comes after them. Undefined where there is nothing. */
  total(tail?: SumsData): RunSums | undefined {
    const all = this.kept.map(({ sums }) => dataOf(sums));
    if (tail !== undefined) all.push(tail);
    const [first, ...others] = all;
    if (first === undefined) return undefined;
    const total = RunSums.of(this.scenario, first);
    for (const sums of others) total.merge(sums);
    return total;
  }

  private summing(sums: SumsData | RunSums): RunSums {
    return sums instanceof RunSums ? sums : RunSums.of(this.scenario, sums);
  }
}

function dataOf(sums: SumsData | RunSums): SumsData {
  return sums instanceof RunSums ? sums.data() : sums;
}
