/**
 * Scenario files with etcd at message level and a dense timeline of some minutes, drawn at random:
 * every kind of event, several at a time, over clusters of one to nine members, stacked or
 * external, in zones or racks or neither, with default timers and odd ones, quick disks and slow.
 */
import { type RandomStream, RandomStreams } from '../../../src/engine/random-streams.ts';

type Choice<Value> = readonly Value[];

interface Layout {
  readonly topology: object;
  /** Machines that carry members. */
  readonly machines: Choice<string>;
  /** Places and network parts that can fail. */
  readonly places: Choice<string>;
}

/** The text of a scenario; the same for the same seed. */
export function randomEtcdScenario(seed: string): string {
  const draws = new RandomStreams(seed).stream('scenario');
  const layout = layoutOf(draws);
  const seconds = pick(draws, [60, 180, 360]);
  const count = 3 + whole(draws, 10);
  const events = Array.from({ length: count }, (_, index) => event(draws, layout, seconds, index));
  return JSON.stringify({
    quorate: 1,
    seed,
    horizon: `${seconds} s`,
    ...(draws.double() < 0.2 ? { warmUp: '30 s' } : {}),
    topology: layout.topology,
    failures: { use: 'none' },
    etcd: etcd(draws),
    network: {
      sameZone: pick(draws, ['0.3 ms', '0.3 ms', '40 ms', '800 ms']),
      betweenZones: pick(draws, ['1 ms', '20 ms', '150 ms']),
      jitter: pick(draws, ['0.05 ms', '10 ms', '0 ms']),
      bandwidth: pick(draws, ['1 Gbit/s', '10 Mbit/s', '1 Mbit/s']),
      loss: pick(draws, ['0 %', '0 %', '0 %', '0 %', '0.1 %', '30 %']),
    },
    disk: { backend: pick(draws, ['same', 'own']), fsync: pick(draws, FSYNCS) },
    ...(draws.double() < 0.5 ? { backup: { every: '1 min', restore: '40 s' } } : {}),
    events,
  });
}

const FSYNCS = [
  { lognormal: { median: '1 ms', p99: '8 ms' } },
  { lognormal: { median: '1 ms', p99: '8 ms' } },
  { lognormal: { median: '10 ms', p99: '80 ms' } },
  '0.1 ms',
  '18 ms',
  '50 ms',
];

/** Heartbeat and election time-out in milliseconds; mostly the defaults. */
const TIMERS = [
  [100, 1000],
  [100, 1000],
  [100, 1000],
  [10, 50],
  [30, 1000],
  [50, 500],
  [500, 5000],
  [20, 50_000],
] as const;

function layoutOf(draws: RandomStream): Layout {
  const members = pick(draws, [1, 2, 3, 3, 3, 4, 5, 7, 9]);
  const isExternal = draws.double() < 0.25;
  const name = isExternal ? 'etcd' : 'cp';
  const machines = Array.from({ length: members }, (_, index) => `${name}${index + 1}`);
  const size = isExternal
    ? { layout: 'external', controlPlanes: 2, etcdMembers: members }
    : { controlPlanes: members };
  if (members === 1) return { topology: size, machines, places: machines };
  const place = draws.double();
  if (place < 0.4) return { topology: { ...size, zones: ['a', 'b'] }, machines, places: ['a'] };
  if (place < 0.7) return { topology: size, machines, places: machines };
  const cards = { nics: pick(draws, [1, 2]), switchesPerRack: pick(draws, [1, 2]) };
  const topology = { ...size, racks: ['r1', 'r2'], ...cards };
  return { topology, machines, places: ['r1', 'r1.switch', `${machines[0]!}.nic`] };
}

function etcd(draws: RandomStream): object {
  const [heartbeat, election] = pick(draws, TIMERS);
  return {
    version: pick(draws, ['3.4', '3.5', '3.6']),
    heartbeatInterval: `${heartbeat} ms`,
    electionTimeout: `${election} ms`,
    preVote: draws.double() < 0.5,
    tickPhases: pick(draws, ['independent', 'together']),
    writes: pick(draws, ['none', '1 / second', '10 / second', '10 / second', '200 / second']),
    databaseSize: pick(draws, ['1 MB', '200 MB']),
    snapshotCount: pick(draws, [100, 10_000]),
    initialElectionTickAdvance: draws.double() < 0.7,
    strictReconfigCheck: draws.double() < 0.6,
    startUp: pick(draws, ['300 ms', '5 s', { lognormal: { median: '300 ms', p99: '2 s' } }]),
    replacement: {
      order: pick(draws, ['removeFirst', 'addFirst']),
      asLearner: draws.double() < 0.5,
    },
  };
}

function event(draws: RandomStream, layout: Layout, seconds: number, index: number): object {
  const { machines } = layout;
  const name = `e${index}`;
  const at = `${(draws.double() * (seconds + 20)).toFixed(3)} s`;
  const kind = draws.double();
  if (machines.length > 1 && kind < 0.06) {
    return { name, at, replaceMember: { machine: pick(draws, machines) } };
  }
  if (kind < 0.1) {
    const [graceful, careful] = [draws.double() < 0.5, draws.double() < 0.5];
    const roll = { machines: 'all', down: '10 s', gap: '2 s', graceful, careful };
    return { name, at, rollingReboot: roll };
  }
  const isRepeated = kind < 0.15;
  const lasting = pick(draws, [0.3, 2, 8, 60, 200]) * (0.2 + draws.double());
  const times = isRepeated
    ? { every: `${pick(draws, [20, 50])} s`, for: '7 s' }
    : { for: `${lasting.toFixed(3)} s` };
  const isLink = machines.length > 1 && draws.double() < 0.35;
  return { name, at, ...times, ...(isLink ? linkFault(draws, layout) : fault(draws, layout)) };
}

function fault(draws: RandomStream, { machines, places }: Layout): object {
  const target = pick(draws, [...machines, 'leader', 'leader', 'follower']);
  return pick(draws, [
    { crash: target },
    { kill: target },
    { stop: target },
    { freeze: target },
    { freeze: target },
    { crashAt: { point: pick(draws, POINTS), machines: target } },
    { stallDisk: target },
    { slowDisk: { machines: target, added: pick(draws, ['50 ms', '1 s', '3 s']) } },
    { fillDisk: target },
    { failWrites: target },
    { loseDisk: target },
    { spaceAlarm: true },
    { fail: pick(draws, places) },
  ]);
}

function linkFault(draws: RandomStream, { machines }: Layout): object {
  const between = sides(draws, machines);
  const roles = [['leader'], ['followers']];
  const delay = pick(draws, ['30 ms', '700 ms', '2 s']);
  const loss = pick(draws, ['0 %', '5 %', '60 %']);
  return pick(draws, [
    { partition: { between } },
    { partition: { between: roles, direction: pick(draws, ['both', 'oneWay']) } },
    { partition: { between, direction: 'oneWay' } },
    { flap: { between, down: '0.7 s', up: pick(draws, ['2 s', '0.1 s']) } },
    { degradeNetwork: { between, delay, jitter: '20 ms', loss } },
    { degradeNetwork: { from: 'leader', to: 'followers', bandwidth: '1 kB/s' } },
  ]);
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
