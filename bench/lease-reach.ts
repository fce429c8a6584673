/** How far the sleep of leases carries: three candidates for one lease, asleep against awake. */
import { DAY, type Duration, MILLISECOND, SECOND, YEAR } from '../src/engine/clock.ts';
import { RandomStreams } from '../src/engine/random-streams.ts';
import { Simulation } from '../src/engine/simulation.ts';
import { LeaseElection } from '../src/model/lease/lease-election.ts';
import { LEASE_TIMES } from '../src/model/lease/lease-settings.ts';

/** Once a day a candidate is killed and started again, so that all wake. */
const DISTURBED_EVERY = DAY;

/** Simulated over wall time. */
function speed(horizon: Duration, neverSleep: boolean): number {
  const simulation = new Simulation(
    { changed: () => {}, settled: () => {} },
    { neverSleep, tracing: false },
  );
  const startUp = { family: 'uniform', low: SECOND, high: 3 * SECOND } as const;
  const settings = { times: LEASE_TIMES, releasesOnCancel: false, startUp };
  const election = new LeaseElection('bench', settings, new RandomStreams('bench'));
  for (let index = 0; index < 3; index++) {
    const api = {
      name: `api${index}`,
      answer: { kind: 'ok', after: 5 * MILLISECOND },
      watch: () => {},
    } as const;
    election.add({ name: `candidate${index}`, api });
  }
  const start = performance.now();
  simulation.restart(horizon);
  election.restart(simulation);
  const [candidate] = election.holders;
  const disturb = () => {
    candidate!.kill(simulation);
    candidate!.start(simulation);
  };
  const event = { kind: 'disturb', target: { step: disturb } };
  for (let time = DISTURBED_EVERY; time < horizon; time += DISTURBED_EVERY) {
    simulation.at(time, event);
  }
  while (!simulation.run(100_000));
  return (horizon * 1e-6) / ((performance.now() - start) / 1000);
}

/** @param years simulated asleep; awake a day stands for each, as all days cost alike */
export function measureLeases(years: number): { readonly asleep: number; readonly awake: number } {
  speed(YEAR, false);
  speed(DAY, true);
  return { asleep: speed(years * YEAR, false), awake: speed(2 * DAY, true) };
}
