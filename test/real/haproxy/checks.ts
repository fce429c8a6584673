/**
 * One round: all servers break, each at its own moment of a few seconds, are waited for, and are
 * cured likewise. HAProxy spreads its checks over an interval, the moments do the rest.
 */
import { now, type Rig, sleep } from './rig.ts';
import type { CheckRow } from './rows.ts';

/** Milliseconds from the fault to DOWN and from the cure to UP; null for never. */
export interface Times {
  readonly down: (number | null)[];
  readonly up: (number | null)[];
}

export async function round(rig: Rig, row: CheckRow, fault: string): Promise<Times> {
  for (const port of rig.ports) await rig.become(port, 'ok');
  await rig.serve(row);
  // Until each has been checked, the last after an interval.
  await sleep(6_000);
  const [down, up] = row.patience;
  return {
    down: await marks(rig, fault, 'DOWN', down * 1_000),
    up: await marks(rig, 'ok', 'UP', up * 1_000),
  };
}

async function marks(rig: Rig, behaviour: string, state: 'DOWN' | 'UP', patience: number) {
  const moments = await Promise.all(
    rig.ports.map(async (port) => {
      await sleep(Math.random() * 5_000);
      const at = now();
      await rig.become(port, behaviour);
      return at;
    }),
  );
  await sleep(patience);
  return moments.map((at, index) => rig.marked(index, state, at) ?? null);
}
