/**
 * What an API server and the etcd member beside it do to each other through their machine, as three
 * couplings, each of which may be off:
 *
 * - Memory. Both fill it, and where it runs over the kernel kills the one of more badness, which is
 *   what it has resident and its oom_score_adj (Linux mm/oom_kill.c, oom_badness). Both are static
 *   pods of the class system-node-critical, at -997 (kubernetes pkg/kubelet/qos/policy.go), so that
 *   size decides. By then the kernel has taken back the pages of etcd's mapped database, which are
 *   clean; what counts is the rest, which a member that starts has only by and by.
 * - Disk. A queue (M/M/1): while others keep it busy for a share r of the time, an fsync waits with
 *   chance r, in the mean for writeTime / (1 - r), for what was written before it. r grows with the
 *   seats of the API server that are taken.
 * - Processors. All who would run take turns in slices: with n lists in the making on c of them,
 *   each turn of the member's loop, and so its ticks, heartbeats and writes, begins late by
 *   (n / c - 1) slices in the mean, exponentially.
 *
 * Left out: limits of memory, which kubeadm's manifests do not set, slow reads of a database whose
 * pages were taken back, memory that etcd takes for lists past the watch cache, weights of cgroups,
 * and what else the kernel may kill.
 */
import { MILLISECOND, NEVER, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { EtcdCluster } from '../etcd/etcd-cluster.ts';
import type { EtcdMember } from '../etcd/etcd-member.ts';
import type { MemberId } from '../etcd/raft/message.ts';
import type { Spell } from '../parts/disk.ts';
import { outlasting, type Wait } from '../parts/wait.ts';
import type { LoadSettings, SharedFateSettings } from './load-settings.ts';

type Victim = 'apiServer' | 'etcd';

/** Notified of processes such as `cp1.etcd`. */
export interface MemoryWatcher {
  /** The kernel kills it for memory. */
  killed(process: string, effects: Effects): void;
  /** It serves again, after whatever end it had. */
  listens(process: string, effects: Effects): void;
}

/** What an API server takes of its machine. */
export interface Pressure {
  /** Of its seats, the share that is taken. */
  readonly seats: number;
  /** Of the lists that all seats could answer at once, the share in the making. */
  readonly lists: number;
}

/** Pressures, and a member's memory, move in so many steps, so that they cost few events. */
const STEPS = 4;
/** Waits of which fewer outlast half an election time-out cannot matter, and etcd may sleep. */
const NEVER_SEEN = 1e-6;

/** One machine of an API server. */
export class LoadedMachine implements Component {
  /** The member has more memory than before. */
  onGrown: (effects: Effects) => void = () => {};
  private readonly name: string;
  private readonly settings: LoadSettings;
  private readonly fate: SharedFateSettings;
  private readonly etcd: EtcdCluster;
  /** Undefined: none stands here. */
  private readonly id: MemberId | undefined;
  private readonly grows: SimulationEvent = { kind: 'memberGrows', target: this };
  private growsAt: Time = NEVER;
  /** Steps of the member's memory that it has. */
  private grown = STEPS;
  private ran = false;
  private served = false;
  private seats = 0;
  private lists = 0;
  private spell: Spell | undefined = undefined;

  constructor(name: string, settings: LoadSettings, etcd: EtcdCluster, id: MemberId | undefined) {
    this.name = name;
    this.settings = settings;
    this.fate = settings.sharedFate;
    this.etcd = etcd;
    this.id = id;
  }

  /** Disks are as new then, and members have run for long. */
  restart(): void {
    this.growsAt = NEVER;
    this.grown = STEPS;
    this.ran = this.id !== undefined;
    this.served = this.ran;
    this.seats = 0;
    this.lists = 0;
    this.spell = undefined;
  }

  /** Bytes for the API server. */
  get room(): number {
    const { machine, system } = this.settings.memory;
    return machine - system - this.memberMemory;
  }

  /** Whom the kernel kills where the API server takes so many bytes. */
  victimBeside(apiServer: number): Victim {
    return this.memberMemory > apiServer ? 'etcd' : 'apiServer';
  }

  killMember(effects: Effects): void {
    this.etcd.processes[this.id!]!.exit(effects);
  }

  /** To be called when etcd has looked. Tells whether the member has come or gone since. */
  turned(effects: Effects): boolean {
    const { ran } = this;
    this.ran = this.member?.isRunning ?? false;
    if (ran === this.ran || this.fate.memory === undefined) return false;
    this.grown = 1;
    if (this.ran) this.growSoon(effects);
    else this.growsAt = NEVER;
    return true;
  }

  /** To be called when etcd has looked. Tells whether the member lets clients in again. */
  serves(): boolean {
    const { served } = this;
    this.served = this.member?.acceptsClients ?? false;
    return this.served && !served;
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now !== this.growsAt) return;
    this.growsAt = NEVER;
    this.grown++;
    if (this.grown < STEPS) this.growSoon(effects);
    this.onGrown(effects);
  }

  /** What the API server takes may have changed. */
  load({ seats, lists }: Pressure, effects: Effects): void {
    if (this.id === undefined) return;
    this.loadDisk(this.id, Math.round(seats * STEPS), effects);
    this.loadProcessors(this.id, Math.round(lists * STEPS), effects);
  }

  private growSoon(effects: Effects): void {
    this.growsAt = effects.now + Math.ceil(this.fate.memory!.regrowth / (STEPS - 1));
    effects.at(this.growsAt, this.grows);
  }

  private loadDisk(id: MemberId, seats: number, effects: Effects): void {
    if (this.fate.disk === undefined || seats === this.seats) return;
    this.seats = seats;
    const { utilization, writeTime } = this.fate.disk;
    const busy = (utilization * seats) / STEPS;
    const wait = this.felt({ chance: busy, mean: writeTime / (1 - busy) });
    const before = this.spell;
    if (wait === undefined && before === undefined) return;
    if (before !== undefined) this.etcd.endSpell(id, before, effects);
    this.spell = wait === undefined ? undefined : { factor: 1, added: 0, wait };
    if (this.spell !== undefined) this.etcd.slowDisk(id, this.spell, effects);
    this.tell('disk', wait, effects);
  }

  private loadProcessors(id: MemberId, lists: number, effects: Effects): void {
    if (this.fate.cpu === undefined || lists === this.lists) return;
    this.lists = lists;
    const { cores, slice } = this.fate.cpu;
    const { seats, seatsPerList } = this.settings;
    const running = ((seats / seatsPerList) * lists) / STEPS;
    const wait = this.felt({ chance: 1, mean: slice * Math.max(0, running / cores - 1) });
    const { processor } = this.etcd.members[id]!.loop;
    if (wait === undefined && processor.isFree) return;
    this.etcd.occupyProcessor(id, wait, effects);
    this.tell('processors', wait, effects);
  }

  /** The wait, if it is long enough for anybody to feel it. */
  private felt(wait: Wait): Wait | undefined {
    const { electionTicks, heartbeatInterval } = this.etcd.settings;
    const patience = (electionTicks * heartbeatInterval) / 2;
    return outlasting(wait, patience) < NEVER_SEEN ? undefined : wait;
  }

  private tell(on: 'disk' | 'processors', wait: Wait | undefined, effects: Effects): void {
    const mean = wait === undefined ? 0 : wait.chance * wait.mean;
    const subject = `${this.name}.etcd/${on}`;
    effects.record({ kind: 'memberWaits', subject, on, meanMs: mean / MILLISECOND });
  }

  private get member(): EtcdMember | undefined {
    return this.id === undefined ? undefined : this.etcd.members[this.id];
  }

  /** Bytes of the member that count. */
  private get memberMemory(): number {
    if (this.fate.memory === undefined || !this.member?.isRunning) return 0;
    return (this.fate.memory.etcd * this.grown) / STEPS;
  }
}
