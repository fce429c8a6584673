/**
 * What users of `api.write` lose behind a balancer when one of three API servers is killed, hangs,
 * or is gone with its machine: over replications, since the phases of checks decide.
 */
import { MINUTE, SECOND } from '../../../src/engine/clock.ts';
import { Lived } from './lived.ts';
import { scenarioOf } from './stories.ts';

const REPLICATIONS = 60;
const FAULT = 2 * MINUTE;
/** A leader that was lost with its machine has a successor by then. */
const SETTLED = FAULT + 2.5 * SECOND;

/** Each ends after the horizon, but for the kill: the kubelet starts the server again. */
const FAULTS = {
  killed: 'kill: cp1.apiServer',
  hung: 'freeze: cp1.apiServer, for: 10 min',
  gone: 'crash: cp1, for: 10 min',
} as const;

/** At its lowest once etcd serves, when it is whole, and what is lost: a line for each fault. */
export function faultsOf(topology: string): string {
  return Object.entries(FAULTS)
    .map(([word, effect]) => {
      const scenario = scenarioOf(`
quorate: 1
horizon: 8 min
topology: { controlPlanes: 3, ${topology} }
clients: { timeout: 10 s }
failures: {}
events: [{ name: fault, at: 2 min, ${effect} }]
objectives: ['availability(api.write) >= 1 %']
`);
      const lived = new Lived(scenario);
      const all = Array.from({ length: REPLICATIONS }, (_, replication) => {
        return look(lived.live(replication));
      });
      const lowest = range(
        all.map((one) => one.lowest),
        2,
      );
      const whole = range(all.map((one) => one.whole));
      const lost = range(all.map((one) => one.lost));
      return `${word.padEnd(6)} | lowest ${lowest} | whole after ${whole} | lost ${lost}`;
    })
    .join('\n');
}

function look(lived: Lived) {
  const steps = lived.stepsOf('api.write');
  const last = steps.at(-1)!;
  const later = steps.filter((_, index) => (steps[index + 1]?.time ?? Infinity) > SETTLED);
  return {
    lowest: Math.min(...later.map(({ value }) => value)),
    whole: last.value === 1 ? Math.max(0, last.time - FAULT) / SECOND : Infinity,
    lost: lived.lost('api.write', FAULT, FAULT + 6 * MINUTE),
  };
}

/** `least..most`, or one where they are the same; `never` for what does not come. */
function range(values: readonly number[], digits = 1): string {
  if (Math.min(...values) === Infinity) return 'never';
  const text = (value: number) => value.toFixed(digits);
  const least = text(Math.min(...values));
  const most = text(Math.max(...values));
  const unit = digits === 1 ? ' s' : '';
  return `${least === most ? least : `${least}..${most}`}${unit}`;
}
