/** How leadership moved in a run, and what losses of data cost. */
import type { Estimate } from '../statistics/intervals.ts';
import type { EtcdResult } from '../study/result.ts';
import { rateFigure } from './estimates.ts';
import { count, durationText } from './numbers.ts';
import { type Block, columns } from './page.ts';

const HOUR = 3_600;

export function etcdSection(etcd: EtcdResult | undefined): Block[] {
  if (etcd === undefined) return [];
  const row = (label: string, estimate: Estimate) => {
    const { estimate: found, interval } = rateFigure(estimate);
    return [label, found, interval];
  };
  const rows = [
    row('leaders elected a year', etcd.electionsPerYear),
    row('  another than before', etcd.leaderChangesPerYear),
    row('split rounds a year', etcd.splitRoundsPerYear),
    row('losses of data a year', etcd.dataLossesPerYear),
  ];
  return [
    { kind: 'heading', text: 'etcd' },
    { kind: 'table', columns: columns('', '>estimate', 'interval'), rows },
    ...lossBlocks(etcd),
  ];
}

function lossBlocks({ seen }: EtcdResult): Block[] {
  if (seen.dataLosses === 0) return [];
  const losses = `The data of a majority were lost ${count(seen.dataLosses)} times`;
  const lost =
    seen.lostHours === undefined
      ? ', and there was no backup'
      : `: in the mean writes of ${durationText(seen.lostHours * HOUR)} back to the last backup`;
  const restored =
    seen.restoreHours === undefined
      ? ''
      : `; restoring took ${durationText(seen.restoreHours * HOUR)} (${count(seen.restores)} times)`;
  return [{ kind: 'paragraph', text: `${losses}${lost}${restored}.` }];
}
