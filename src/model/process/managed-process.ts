/**
 * A process on a machine: what its supervisor, a kubelet or systemd, does with it, and what faults
 * do to it beside. Freezes overlap: it goes on when the last of them is over, and one whose process
 * has died since thaws nothing. One that is asked to stop while it is frozen notices when it goes
 * on, and is killed when its grace period is over. Left out: what a second SIGTERM does.
 */
import { type Duration, NEVER, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { Part } from '../parts/part.ts';

/**
 * Where in a member's pipeline its process can be made to crash: before it sends what it is ready
 * to send; after a leader has sent and before its fsync; after the fsync and before anything is
 * answered; with a snapshot received and not yet on disk. They are failpoints of etcd's robustness
 * tests: raftBeforeLeaderSend and raftBeforeFollowerSend, raftBeforeSave, raftAfterSave,
 * raftBeforeApplySnap.
 */
export type CrashPoint = 'beforeSend' | 'beforeFsync' | 'afterFsync' | 'duringSnapshot';

/** Killed, asked to stop (SIGTERM), or killed when it next comes to a point of its pipeline. */
export type Ending = 'kill' | 'stop' | CrashPoint;

/** Somebody wants a process to end in a way that may take its time, or never come to pass. */
export interface Demand {
  readonly ending: Exclude<Ending, 'kill'>;
  /** The process is gone, in whatever way. */
  ended(effects: Effects): void;
}

/** One reason why a process is frozen, known by its identity. */
export type ProcessFreeze = Readonly<Record<never, never>>;

/** A process as its supervisor handles it. Each of these may make it exit within the call. */
export interface ManagedProcess {
  readonly name: string;
  /** Whether there is a process, one that only starts included. */
  readonly exists: boolean;
  /** Set by its supervisor: it has exited, for whatever reason; `hasFailed`: a write failed. */
  onExit: (effects: Effects, hasFailed?: boolean) => void;
  /** Nothing where it runs, or has nothing to start from. */
  start(effects: Effects): void;
  /** SIGTERM. */
  terminate(effects: Effects): void;
  /** SIGKILL, or the end of its machine: it exits within the call, or once its disk returns. */
  kill(effects: Effects): void;
}

/** One that faults may stop with SIGSTOP, too. */
export interface FreezableProcess extends ManagedProcess {
  readonly isFrozen: boolean;
  /** Called once all is as it is to be after its end, its supervisor included. */
  onEnd: (effects: Effects) => void;
  freeze(effects: Effects): void;
  thaw(effects: Effects): void;
}

/** Whoever starts a process, and again when it has exited. */
export interface Supervisor {
  /** From SIGTERM to SIGKILL. */
  readonly gracePeriod: Duration;
  /** Between `begin` and `end`. */
  readonly isActive: boolean;
  /** A replication starts with a process that has run for long. */
  startWarm(effects: Effects): void;
  /** Its machine has booted, or the process is wanted again: starts it. */
  begin(effects: Effects): void;
  /** Its machine is off, or the process is no longer wanted; whoever runs the process ends it. */
  end(effects: Effects): void;
  /** What the process failed of is repaired: somebody starts one that was given up. */
  repaired?(effects: Effects): void;
}

/** A process, its supervisor, and what keeps both down: a part of its own, or its machine. */
export class SupervisedProcess implements Component {
  readonly process: FreezableProcess;
  readonly supervisor: Supervisor;
  private readonly host: Part;
  private readonly freezes = new Set<ProcessFreeze>();
  private readonly graceOver: SimulationEvent = { kind: 'graceOver', target: this };
  private demands: Demand[] = [];
  private killedAt: Time = NEVER;
  /** Asked to stop and not gone yet; `unnoticed` while it is frozen. */
  private asked: 'no' | 'unnoticed' | 'yes' = 'no';

  constructor(process: FreezableProcess, supervisor: Supervisor, host: Part) {
    this.process = process;
    this.supervisor = supervisor;
    this.host = host;
    process.onEnd = (effects) => this.ended(effects);
    host.watch({
      partStopped: (_host, effects) => {
        supervisor.end(effects);
        process.kill(effects);
      },
      partStarted: (_host, effects) => supervisor.begin(effects),
    });
  }

  /** A replication starts: it has run for long. */
  startWarm(effects: Effects): void {
    this.reset();
    this.supervisor.startWarm(effects);
  }

  kill(effects: Effects): void {
    this.freezes.clear();
    this.process.kill(effects);
  }

  freeze(effects: Effects): ProcessFreeze {
    const freeze: ProcessFreeze = {};
    if (!this.process.isFrozen) {
      // Those of a process that has died are forgotten.
      this.freezes.clear();
      this.process.freeze(effects);
    }
    if (this.process.isFrozen) this.freezes.add(freeze);
    return freeze;
  }

  thaw(freeze: ProcessFreeze, effects: Effects): void {
    if (!this.freezes.delete(freeze) || this.freezes.size > 0) return;
    this.process.thaw(effects);
    if (this.asked === 'unnoticed') this.terminate(effects);
  }

  /**
   * Somebody wants it to end in good order and waits until it has; it stays away until its part or
   * machine is back.
   * @param grace from SIGTERM to SIGKILL, if not its supervisor's; NEVER: nobody kills it
   */
  demand(demand: Demand, effects: Effects, grace = this.supervisor.gracePeriod): void {
    this.supervisor.end(effects);
    if (!this.process.exists) {
      demand.ended(effects);
      return;
    }
    this.demands.push(demand);
    if (grace !== NEVER && this.killedAt === NEVER) {
      this.killedAt = effects.now + grace;
      effects.at(this.killedAt, this.graceOver);
    }
    if (this.asked === 'no') this.terminate(effects);
  }

  /** It is wanted no longer: it ends all the same, and is started again. */
  withdraw(demand: Demand): void {
    this.demands = this.demands.filter((other) => other !== demand);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now === this.killedAt) this.kill(effects);
  }

  private reset(): void {
    this.freezes.clear();
    this.demands = [];
    this.killedAt = NEVER;
    this.asked = 'no';
  }

  private terminate(effects: Effects): void {
    this.asked = this.process.isFrozen ? 'unnoticed' : 'yes';
    if (this.asked === 'yes') this.process.terminate(effects);
  }

  private ended(effects: Effects): void {
    const { asked, demands, host, supervisor } = this;
    this.reset();
    for (const demand of demands) demand.ended(effects);
    const isWanted = asked !== 'no' && demands.length === 0 && host.works;
    if (isWanted && !supervisor.isActive) supervisor.begin(effects);
  }
}
