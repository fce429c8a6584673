/**
 * Scenario files with etcd at message level and a dense timeline of some minutes, drawn at random:
 * every kind of event, several at a time, over clusters of one to five members, in zones or not.
 */
import { type RandomStream, RandomStreams } from '../../src/engine/random-streams.ts';

type Choice<Value> = readonly Value[];

/** The text of a scenario; the same for the same seed. */
export function randomEtcdScenario(seed: string): string {
  const draws = new RandomStreams(seed).stream('scenario');
  const members = pick(draws, [1, 3, 3, 3, 4, 5, 5]);
  const machines = Array.from({ length: members }, (_, index) => `cp${index + 1}`);
  const count = 3 + whole(draws, 10);
  const events = Array.from({ length: count }, (_, index) => event(draws, machines, index));
  return JSON.stringify({
    quorate: 1,
    seed,
    horizon: `${3 + whole(draws, 6)} min`,
    topology: { controlPlanes: members, ...(draws.double() < 0.5 ? { zones: ['a', 'b'] } : {}) },
    failures: { use: 'none' },
    etcd: {
      version: pick(draws, ['3.4', '3.5', '3.6']),
      preVote: draws.double() < 0.5,
      tickPhases: pick(draws, ['independent', 'together']),
      writes: pick(draws, ['none', '5 / second', '10 / second', '30 / second']),
      databaseSize: pick(draws, ['1 MB', '200 MB']),
      snapshotCount: pick(draws, [100, 10_000]),
      replacement: {
        order: pick(draws, ['removeFirst', 'addFirst']),
        asLearner: draws.double() < 0.5,
      },
    },
    network: { sameZone: '0.3 ms', betweenZones: pick(draws, ['1 ms', '20 ms']) },
    disk: { backend: pick(draws, ['same', 'own']) },
    ...(draws.double() < 0.5 ? { backup: { every: '1 min', restore: '40 s' } } : {}),
    events,
  });
}

function event(draws: RandomStream, machines: Choice<string>, index: number): object {
  const target = pick(draws, [...machines, 'leader', 'leader', 'follower']);
  const [one, other] = sides(draws, machines);
  const lasting = pick(draws, [0.3, 2, 8, 60]) * (0.2 + draws.double());
  const timing = {
    name: `e${index}`,
    at: `${(2 + 200 * draws.double()).toFixed(3)} s`,
    for: `${lasting.toFixed(3)} s`,
  };
  const kinds = [
    { crash: target },
    { kill: target },
    { stop: target },
    { freeze: target },
    { crashAt: { point: pick(draws, POINTS), machines: target } },
    { stallDisk: target },
    { slowDisk: { machines: target, added: pick(draws, ['50 ms', '1 s']) } },
    { fillDisk: target },
    { loseDisk: target },
    { spaceAlarm: true },
  ];
  const apart = [
    { partition: { between: [one, other] } },
    { partition: { between: [one, other], direction: 'oneWay' } },
    { flap: { between: [one, other], down: '0.7 s', up: '2 s' } },
    { degradeNetwork: { between: [one, other], delay: '30 ms', jitter: '20 ms', loss: '5 %' } },
  ];
  if (machines.length > 1 && draws.double() < 0.35) return { ...timing, ...pick(draws, apart) };
  if (machines.length > 1 && draws.double() < 0.06) {
    const { name, at } = timing;
    return { name, at, replaceMember: { machine: pick(draws, machines) } };
  }
  return { ...timing, ...pick(draws, kinds) };
}

const POINTS = ['beforeSend', 'beforeFsync', 'afterFsync', 'duringSnapshot'] as const;

function sides(draws: RandomStream, machines: Choice<string>): [string[], string[]] {
  const first = machines.filter(() => draws.double() < 0.4);
  const one = first.length === 0 || first.length === machines.length ? [machines[0]!] : first;
  return [one, machines.filter((machine) => !one.includes(machine))];
}

function pick<Value>(draws: RandomStream, values: Choice<Value>): Value {
  return values[whole(draws, values.length)]!;
}

function whole(draws: RandomStream, range: number): number {
  return Math.floor(draws.double() * range);
}
