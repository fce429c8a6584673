/**
 * One level of two parts, either of which is enough, whose faults begin and end when told to, and
 * which can be dimmed where it may brown out.
 */
import type { Duration, Time } from '../../../src/engine/clock.ts';
import { ActiveFaults, Fault } from '../../../src/faults/fault.ts';
import { ControlPlane } from '../../../src/model/control-plane/control-plane.ts';
import type {
  Explanation,
  LevelPhase,
  ServiceLevel,
} from '../../../src/model/control-plane/service-levels.ts';
import { Structure } from '../../../src/structure/structure.ts';
import { CauseFinder } from '../../../src/study/cause.ts';
import { LevelHistory, type OutageListener } from '../../../src/study/level-history.ts';
import { part } from '../plans.ts';
import { RecordedEffects } from '../recorded-effects.ts';

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

export interface ScriptedOptions {
  readonly canBrownOut?: boolean;
  readonly explain?: Explanation;
  /** Whether the structure knows the level, so far as it does. */
  readonly hasStructure?: boolean;
}

export class ScriptedLevel {
  readonly history: LevelHistory;
  /** What the level is while its parts are enough. */
  private dimmed = 1;
  private phase: LevelPhase | undefined = undefined;
  readonly one: Fault;
  readonly other: Fault;
  readonly both: Fault;
  /** Of both parts, on purpose. */
  readonly work: Fault;
  /** Of no part. */
  readonly harmless: Fault;
  private readonly active = new ActiveFaults();
  private readonly effects = new RecordedEffects();

  constructor(
    from: Time,
    horizon: Duration,
    listener?: OutageListener,
    { canBrownOut = false, explain = 'structure', hasStructure = true }: ScriptedOptions = {},
  ) {
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
    const parts = controlPlane.levels[0]!;
    const level: ServiceLevel = {
      name: parts.name,
      canBrownOut,
      explain,
      value: () => (parts.value() === 0 ? 0 : this.dimmed),
      phase: () => this.phase,
    };
    const expression = hasStructure ? TOPOLOGY.levels[0].expression : undefined;
    this.history = new LevelHistory({
      level,
      causes: new CauseFinder(new Structure(TOPOLOGY), expression, explain),
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

  /** One instant: the level is `value` from now on while its parts are enough. */
  dim(now: Time, value: number, phase?: LevelPhase): void {
    this.prepare(value, phase);
    this.history.settle(now);
  }

  /** The same, to take effect with the faults that are toggled next. */
  prepare(value: number, phase?: LevelPhase): void {
    this.dimmed = value;
    this.phase = phase;
  }

  notice(now: Time, fault: Fault): void {
    this.effects.now = now;
    fault.notice(this.effects);
    this.history.settle(now);
  }

  /** Goes on to another replication, in which nothing is wrong. */
  restart(): void {
    for (const fault of [...this.active.list]) fault.end(this.effects);
    this.prepare(1);
    this.history.restart();
  }
}
