/** One level of two parts, either of which is enough, whose faults begin and end when told to. */
import type { Duration, Time } from '../../src/engine/clock.ts';
import { ActiveFaults, Fault } from '../../src/faults/fault.ts';
import { ControlPlane } from '../../src/model/control-plane.ts';
import { Structure } from '../../src/structure/structure.ts';
import { CauseFinder } from '../../src/study/cause.ts';
import { LevelHistory, type OutageListener } from '../../src/study/level-history.ts';
import { part } from './plans.ts';
import { RecordedEffects } from './recorded-effects.ts';

const TOPOLOGY = {
  parts: [part('one', 'component'), part('other', 'component')],
  members: [],
  levels: [
    {
      name: 'served',
      expression: {
        kind: 'atLeast',
        count: 1,
        of: [
          { kind: 'part', name: 'one' },
          { kind: 'part', name: 'other' },
        ],
      },
    },
  ],
} as const;

export class ScriptedLevel {
  readonly history: LevelHistory;
  readonly one: Fault;
  readonly other: Fault;
  readonly both: Fault;
  /** Of both parts, on purpose. */
  readonly work: Fault;
  /** Of no part. */
  readonly harmless: Fault;
  private readonly active = new ActiveFaults();
  private readonly effects = new RecordedEffects();

  constructor(from: Time, horizon: Duration, listener?: OutageListener) {
    const controlPlane = new ControlPlane(TOPOLOGY);
    const fault = (name: string, parts: readonly string[], planned = false) => {
      const identity = { name, kind: `kind of ${name}`, planned };
      return new Fault(identity, { parts, cuts: [] }, controlPlane, this.active);
    };
    this.one = fault('one', ['one']);
    this.other = fault('other', ['other']);
    this.both = fault('both', ['one', 'other']);
    this.work = fault('work', ['one', 'other'], true);
    this.harmless = fault('harmless', []);
    this.history = new LevelHistory({
      level: controlPlane.levels[0]!,
      causes: new CauseFinder(new Structure(TOPOLOGY), TOPOLOGY.levels[0].expression),
      active: this.active,
      from,
      until: from + horizon,
      listener,
    });
    this.history.restart();
  }

  /** One instant: those faults that are active end, the others begin, in order. */
  toggle(now: Time, ...faults: readonly Fault[]): void {
    this.effects.now = now;
    for (const fault of faults) {
      if (fault.active) fault.end(this.effects);
      else fault.begin(this.effects);
    }
    this.history.settle(now);
  }

  notice(now: Time, fault: Fault): void {
    this.effects.now = now;
    fault.notice(this.effects);
    this.history.settle(now);
  }

  /** Goes on to another replication, in which nothing is wrong. */
  restart(): void {
    for (const fault of [...this.active.list]) fault.end(this.effects);
    this.history.restart();
  }
}
