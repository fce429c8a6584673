/**
 * One replication a row, as CSV: what it came to at each level, before anything is summed. It is
 * made piece by piece, so that a file of any length takes no memory.
 */
import { stringify } from 'csv-stringify/sync';
import type { Scenario } from '../scenario/scenario.ts';
import type { ReplicationRow } from '../study/chunk.ts';
import { dataNumber } from './numbers.ts';

const OF_A_LEVEL = ['downtimeMinutes', 'outages', 'brownouts', 'lostInBrownoutsMinutes'] as const;

/** The line of column names. */
export function replicationColumns({ topology }: Scenario): string {
  const ofLevels = topology.levels.flatMap(({ name }) =>
    OF_A_LEVEL.map((figure) => `${name}.${figure}`),
  );
  const ofEtcd = topology.etcd === undefined ? [] : ['elections'];
  return stringify([['replication', ...ofLevels, ...ofEtcd]]);
}

/** @param first the number of the first of them, counted from 0; the rows count from 1 */
export function replicationRows(rows: readonly ReplicationRow[], first: number): string {
  const records = rows.map(({ levels, elections }, index) => [
    first + index + 1,
    ...levels.flatMap((level) => OF_A_LEVEL.map((figure) => dataNumber(level[figure]))),
    ...(elections === undefined ? [] : [elections]),
  ]);
  return stringify(records);
}
