/** What is timed: each product operation beside the bare operation that is its ceiling. */
import seedrandom from 'seedrandom';
import type { Effects, SimulationEvent } from '../src/engine/effects.ts';
import { EventQueue } from '../src/engine/event-queue.ts';
import { Exponential } from '../src/engine/laws/exponential.ts';
import {
  gammaFromMean,
  lognormalFromMeanAndMedian,
  weibullFromMean,
} from '../src/engine/laws/from-known.ts';
import type { Law } from '../src/engine/laws/law.ts';
import { RandomStreams } from '../src/engine/random-streams.ts';
import { Simulation } from '../src/engine/simulation.ts';
import { ActiveFaults, Fault } from '../src/faults/fault.ts';
import { ControlPlane } from '../src/model/control-plane/control-plane.ts';
import { outcomesOf } from '../src/model/load-balancer/haproxy/attempts.ts';
import { parseScenario } from '../src/scenario/parse-scenario.ts';
import { BareHeap } from './bare-loop.ts';

export interface BenchCase {
  readonly name: string;
  /** Operations that one call of either function does. */
  readonly operations: number;
  readonly product: () => void;
  readonly ceiling: () => void;
  readonly ceilingName: string;
}

const OPERATIONS = 10_000;
/** Where results go, so that no loop can be thrown away as useless. */
export const sink = { value: 0 };

/** Pop the earliest, push it again at a random distance: the heap stays at its size. */
function holdModel(entries: number): BenchCase {
  const target = { step: () => {} };
  const event: SimulationEvent = { kind: 'hold', target };
  const increments = Float64Array.from({ length: 1024 }, (_, i) => 1 + ((i * 7919) % 1000));
  const queue = new EventQueue();
  const heap = new BareHeap(entries);
  for (let index = 0; index < entries; index++) {
    queue.push(increments[index & 1023]!, index, event);
    heap.push(increments[index & 1023]!, index);
  }
  let order = entries;
  return {
    name: `event queue, hold model at ${entries} entries`,
    operations: OPERATIONS,
    ceilingName: 'heap of (time, owner) in typed arrays',
    product: () => {
      for (let index = 0; index < OPERATIONS; index++) {
        const time = queue.nextTime;
        queue.push(time + increments[index & 1023]!, order++, queue.pop());
      }
    },
    ceiling: () => {
      for (let index = 0; index < OPERATIONS; index++) {
        const time = heap.times[0]!;
        heap.push(time + increments[index & 1023]!, heap.pop());
      }
    },
  };
}

function stream(): BenchCase {
  const streams = new RandomStreams('1');
  const product = streams.stream('a');
  const bare = seedrandom.alea('1');
  return {
    name: 'random stream, one uniform of 53 bits',
    operations: OPERATIONS,
    ceilingName: "seedrandom's Alea by itself",
    product: () => {
      for (let index = 0; index < OPERATIONS; index++) sink.value += product.double();
    },
    ceiling: () => {
      for (let index = 0; index < OPERATIONS; index++) sink.value += bare.double();
    },
  };
}

function seeding(): BenchCase {
  const product = new RandomStreams('1').stream('cp1/machine.crash/failure');
  return {
    name: 'random stream, start of a replication and first draw',
    operations: OPERATIONS,
    ceilingName: "seedrandom's Alea seeded with the written name",
    product: () => {
      for (let index = 0; index < OPERATIONS; index++) {
        product.restart(index);
        sink.value += product.double();
      }
    },
    ceiling: () => {
      for (let index = 0; index < OPERATIONS; index++) {
        sink.value += seedrandom.alea(`1/${index}/cp1/machine.crash/failure`).double();
      }
    },
  };
}

function law(name: string, measured: Law): BenchCase {
  const draws = new RandomStreams('1').stream(name);
  const bare = seedrandom.alea('1');
  return {
    name: `law, one draw: ${name}`,
    operations: OPERATIONS,
    ceilingName: '-log(1 - u) of bare Alea',
    product: () => {
      for (let index = 0; index < OPERATIONS; index++) sink.value += measured.draw(draws);
    },
    ceiling: () => {
      for (let index = 0; index < OPERATIONS; index++) sink.value -= Math.log(1 - bare.double());
    },
  };
}

/** An event that asks for itself again: queue, clock and call, and no model behind it. */
class Metronome {
  readonly tick: SimulationEvent = { kind: 'tick', target: this };

  step(_event: SimulationEvent, effects: Effects): void {
    effects.at(effects.now + 1, this.tick);
  }
}

function dispatch(): BenchCase {
  const simulation = new Simulation(
    { changed: () => {}, settled: () => {} },
    { neverSleep: false, tracing: false },
  );
  const metronome = new Metronome();
  const heap = new BareHeap(1);
  return {
    name: 'dispatch of one event by the simulation',
    operations: OPERATIONS,
    ceilingName: 'pop and push on a bare heap',
    product: () => {
      simulation.restart(OPERATIONS);
      simulation.at(0, metronome.tick);
      simulation.run(Number.POSITIVE_INFINITY);
    },
    ceiling: () => {
      heap.size = 0;
      heap.push(0, 0);
      for (let index = 0; index < OPERATIONS; index++) heap.push(heap.times[0]! + 1, heap.pop());
    },
  };
}

function controlPlaneOf(text: string): ControlPlane {
  const parsed = parseScenario(`quorate: 1\nfailures: { use: none }\n${text}`, { file: 'bench' });
  if (!parsed.ok) throw new Error(parsed.problems[0]!.message);
  return new ControlPlane(parsed.scenario.topology, new RandomStreams('1'));
}

function occurrence(): BenchCase {
  const controlPlane = controlPlaneOf('topology: { controlPlanes: 3 }');
  const simulation = new Simulation(
    { changed: () => {}, settled: () => {} },
    { neverSleep: false, tracing: false },
  );
  const identity = { name: 'cp1/machine.crash', kind: 'machine.crash', planned: false };
  const effect = { parts: ['cp1'], cuts: [] };
  const fault = new Fault(identity, effect, controlPlane, new ActiveFaults());
  const bare = { works: true };
  return {
    name: 'a fault of a machine begins and ends',
    operations: OPERATIONS,
    ceilingName: 'a flag that is cleared and set',
    product: () => {
      for (let index = 0; index < OPERATIONS; index++) {
        fault.begin(simulation);
        fault.end(simulation);
      }
    },
    ceiling: () => {
      for (let index = 0; index < OPERATIONS; index++) {
        bare.works = !bare.works;
        bare.works = !bare.works;
        sink.value += bare.works ? 1 : 0;
      }
    },
  };
}

function levelOfMany(count: number): BenchCase {
  const names = Array.from({ length: count }, (_, index) => `c${index}`);
  const controlPlane = controlPlaneOf(
    `components: { ${names.map((name) => `${name}: { mttf: 1 year, repair: 8 h }`).join(', ')} }
levels: { half: "atLeast(${count / 2}, ${names.join(', ')})" }`,
  );
  const level = controlPlane.levels.find(({ name }) => name === 'half')!;
  const parts = names.map((name) => controlPlane.part(name));
  return {
    name: `a level of which ${count / 2} of ${count} components must work, one look`,
    operations: 1000,
    ceilingName: 'a loop that counts those that work',
    product: () => {
      for (let index = 0; index < 1000; index++) sink.value += level.value();
    },
    ceiling: () => {
      for (let index = 0; index < 1000; index++) {
        let working = 0;
        for (let part = 0; working < count / 2; part++) if (parts[part]!.works) working++;
        sink.value += working;
      }
    },
  };
}

/** Each way in which silent servers can stand in the ring counts. */
function ring(size: number, silent: number): BenchCase {
  const candidates = Array.from({ length: size }, (_, server) => {
    const kind = server < silent ? ('silence' as const) : ('ok' as const);
    return { server, weight: 100, answer: { kind, after: 1000 } };
  });
  const times = { connect: 5e6, turnaround: 1e6, idle: 20e6, slowest: 20e6 };
  const rules = { retries: 3, redispatch: true, ...times };
  return {
    name: `outcomes of HAProxy's attempts, ${size} servers of which ${silent} are silent`,
    operations: 1,
    ceilingName: '3000 turns of as many shares',
    product: () => {
      sink.value += outcomesOf(candidates, rules).length;
    },
    ceiling: () => {
      const shares = candidates.map(() => 1 / size);
      for (let turn = 0; turn < 3000; turn++) {
        for (let place = 0; place < size; place++) {
          shares[place] = (shares[place]! + shares[(place + 1) % size]!) / 2;
        }
      }
      sink.value += shares[0]!;
    },
  };
}

export function benchCases(): BenchCase[] {
  return [
    ...[10, 50, 1000].map(holdModel),
    stream(),
    seeding(),
    law('exponential', new Exponential(1)),
    law('Weibull', weibullFromMean(1, 0.7)),
    law('lognormal', lognormalFromMeanAndMedian(3, 1)),
    law('gamma', gammaFromMean(1, 2.5)),
    dispatch(),
    occurrence(),
    levelOfMany(300),
    ring(15, 2),
  ];
}
