/** How leadership moved in a run, and what losses of data cost. */
import type { Estimate } from '../statistics/intervals.ts';
import type { EtcdResult, RunResult } from '../study/result.ts';
import { count, durationText, HOUR_SECONDS } from './numbers.ts';
import { type Block, columns } from './page.ts';
import { spanOf } from './span.ts';

export function etcdSection(etcd: EtcdResult | undefined, run: RunResult['run']): Block[] {
  if (etcd === undefined) return [];
  const span = spanOf(run);
  const row = (label: string, estimate: Estimate) => {
    const { estimate: found, interval } = span.happenings(estimate);
    return [label, found, interval];
  };
  const rows = [
    row(`elections ${span.text}`, etcd.electionsPerYear),
    row('  leader changes', etcd.leaderChangesPerYear),
    row(`split votes ${span.text}`, etcd.splitRoundsPerYear),
    row(`data losses ${span.text}`, etcd.dataLossesPerYear),
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
  const span = (seen.lostHours ?? 0) * HOUR_SECONDS;
  const lost =
    seen.lostHours === undefined
      ? ', and there was no backup'
      : `: on average the writes of ${durationText(span)} since the last backup`;
  const times = `${count(seen.restores)} times`;
  const restored =
    seen.restoreHours === undefined
      ? ''
      : `; restoring took ${durationText(seen.restoreHours * HOUR_SECONDS)} (${times})`;
  return [{ kind: 'paragraph', text: `${losses}${lost}${restored}.` }];
}
