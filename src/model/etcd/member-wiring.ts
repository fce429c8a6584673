/** Joins one etcd member at message level to the parts it stands on. */
import type { Effects } from '../../engine/effects.ts';
import type { Part, PartWatcher } from '../part.ts';
import type { Ending } from './crash-point.ts';
import type { EtcdCluster } from './etcd-cluster.ts';
import type { MemberId } from './message.ts';

export interface MemberParts {
  readonly machine: Part;
  /** The machine itself, where nothing can fail the process alone. */
  readonly process: Part;
  readonly disk: Part | undefined;
  /** Works while process and disk do. */
  readonly whole: Part;
  readonly attachment: Part | undefined;
}

export class MemberWiring {
  private isDiskBroken = false;

  constructor(cluster: EtcdCluster, id: MemberId, parts: MemberParts, ending: () => Ending) {
    const { faults } = cluster;
    const watch = (
      part: Part | undefined,
      stopped: (effects: Effects) => void,
      started: (effects: Effects) => void,
    ) => {
      const watcher: PartWatcher = {
        partStopped: (_part, effects) => stopped(effects),
        partStarted: (_part, effects) => started(effects),
      };
      part?.watch(watcher);
    };
    watch(
      parts.process,
      (effects) => faults.processDown(id, ending(), effects),
      (effects) => faults.processUp(id, effects),
    );
    watch(
      parts.disk,
      (effects) => this.breakDisk(cluster, id, parts, effects),
      (effects) => this.mendDisk(cluster, id, effects),
    );
    watch(
      parts.whole,
      (effects) => faults.seat(id, false, effects),
      (effects) => faults.seat(id, true, effects),
    );
    watch(
      parts.attachment,
      (effects) => eachWay(cluster, id, (from, to) => faults.cut(from, to, effects)),
      (effects) => eachWay(cluster, id, (from, to) => faults.heal(from, to, effects)),
    );
  }

  /** A disk that stops with its machine is as it was when the machine is back. */
  private breakDisk(
    cluster: EtcdCluster,
    id: MemberId,
    { machine }: MemberParts,
    effects: Effects,
  ): void {
    if (!machine.works || this.isDiskBroken) return;
    this.isDiskBroken = true;
    cluster.faults.disk(id, effects).fail();
  }

  private mendDisk(cluster: EtcdCluster, id: MemberId, effects: Effects): void {
    const disk = cluster.faults.disk(id, effects);
    if (this.isDiskBroken && disk.isBroken) disk.mend();
    this.isDiskBroken = false;
  }
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
