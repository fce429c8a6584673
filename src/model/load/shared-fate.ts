/**
 * What the machines of the API servers have in memory, and what a busy API server does to the etcd
 * member beside it: its fsyncs take longer, and where memory runs over the kernel kills the larger
 * of the two. Both are static pods of the class system-node-critical, whose oom_score_adj is -997
 * (kubernetes pkg/kubelet/qos/policy.go), so that size alone decides. Left out: limits of memory,
 * which kubeadm's manifests do not set, reclaim before the kill, and what else the kernel may kill.
 */
import type { Effects } from '../../engine/effects.ts';
import type { EtcdCluster } from '../etcd/etcd-cluster.ts';
import type { MemberId } from '../etcd/message.ts';
import type { LoadSettings, SharedFateSettings } from './load-settings.ts';

export type Victim = 'apiServer' | 'etcd';

/** Told of processes such as `cp1.etcd`. */
export interface MemoryWatcher {
  /** The kernel kills it for memory. */
  killed(process: string, effects: Effects): void;
  /** It listens again, after whatever end it had. */
  listens(process: string, effects: Effects): void;
}

/** One machine of an API server. */
export class LoadedMachine {
  private readonly settings: LoadSettings;
  private readonly etcd: EtcdCluster;
  /** Coupled to the API server; undefined: none. */
  private readonly member: MemberId | undefined;
  private readonly fate: SharedFateSettings | undefined;
  private isSlowed = false;
  private ran = true;

  constructor(settings: LoadSettings, etcd: EtcdCluster, member: MemberId | undefined) {
    this.settings = settings;
    this.etcd = etcd;
    this.member = settings.sharedFate === undefined ? undefined : member;
    this.fate = settings.sharedFate;
  }

  /** Disks are as new then, and members run. */
  restart(): void {
    this.isSlowed = false;
    this.ran = true;
  }

  /** Bytes for the API server. */
  get room(): number {
    const { machine, system } = this.settings.memory;
    return machine - system - (this.runsMember ? this.fate!.etcdMemory : 0);
  }

  /** Whom the kernel kills where the API server takes so many bytes. */
  victimBeside(apiServer: number): Victim {
    return this.runsMember && this.fate!.etcdMemory > apiServer ? 'etcd' : 'apiServer';
  }

  killMember(effects: Effects): void {
    this.etcd.processes.exits(this.etcd.members[this.member!]!, effects);
  }

  /** Whether the member has come or gone since this was last asked; undefined: neither. */
  turned(): 'come' | 'gone' | undefined {
    const ran = this.ran;
    this.ran = this.runsMember;
    if (this.ran === ran) return undefined;
    return this.ran ? 'come' : 'gone';
  }

  /** The API server is busy, or no longer. */
  load(isBusy: boolean, effects: Effects): void {
    if (this.member === undefined || isBusy === this.isSlowed) return;
    this.isSlowed = isBusy;
    const { slowDisk } = this.fate!;
    const { faults } = this.etcd;
    if (isBusy) faults.slowDisk(this.member, slowDisk, effects);
    else faults.endSpell(this.member, slowDisk, effects);
  }

  private get runsMember(): boolean {
    return this.member !== undefined && this.etcd.members[this.member]!.isRunning;
  }
}
