/** Joins one etcd member at message level to the parts it depends on. */
import type { Effects } from '../../engine/effects.ts';
import type { Part } from '../parts/part.ts';
import type { EtcdCluster } from './etcd-cluster.ts';
import type { MemberId } from './raft/message.ts';

interface MemberParts {
  /** The machine itself, where nothing can fail the process alone. */
  readonly process: Part;
  readonly disk: Part | undefined;
  /** Works while process and disk do. */
  readonly whole: Part;
  readonly attachment: Part | undefined;
}

export class MemberWiring {
  private readonly cluster: EtcdCluster;
  private readonly id: MemberId;
  private readonly disk: Part | undefined;
  private isDiskBroken = false;

  constructor(cluster: EtcdCluster, id: MemberId, parts: MemberParts) {
    this.cluster = cluster;
    this.id = id;
    this.disk = parts.disk;
    const process = cluster.processes[id]!;
    watch(
      parts.process,
      (effects) => process.down(effects),
      (effects) => {
        this.lookAtDisk(effects);
        process.up(effects);
      },
    );
    const lookAtDisk = (effects: Effects) => this.lookAtDisk(effects);
    watch(parts.disk, lookAtDisk, lookAtDisk);
    watch(
      parts.whole,
      (effects) => process.seat(false, effects),
      (effects) => process.seat(true, effects),
    );
    watch(
      parts.attachment,
      (effects) => eachWay(cluster, id, (from, to) => cluster.cut(from, to, effects)),
      (effects) => eachWay(cluster, id, (from, to) => cluster.heal(from, to, effects)),
    );
  }

  restart(): void {
    this.isDiskBroken = false;
  }

  /** A disk that only stopped with its machine is as it was when the machine is back. */
  private lookAtDisk(effects: Effects): void {
    const isBroken = this.disk?.hasFault ?? false;
    if (isBroken === this.isDiskBroken) return;
    this.isDiskBroken = isBroken;
    const disk = this.cluster.disk(this.id, effects);
    if (isBroken) disk.fail();
    else disk.mend();
    this.cluster.look(effects);
    if (!isBroken) this.cluster.processes[this.id]!.diskRepaired(effects);
  }
}

function watch(
  part: Part | undefined,
  stopped: (effects: Effects) => void,
  started: (effects: Effects) => void,
): void {
  part?.watch({
    partStopped: (_part, effects) => stopped(effects),
    partStarted: (_part, effects) => started(effects),
  });
}

function eachWay(
  { members }: EtcdCluster,
  id: MemberId,
  act: (from: MemberId, to: MemberId) => void,
): void {
  for (const { core } of members) {
    if (core.id === id) continue;
    act(id, core.id);
    act(core.id, id);
  }
}
