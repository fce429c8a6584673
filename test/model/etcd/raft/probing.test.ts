/** How a leader treats a peer that was unreachable for a while, by the rule of its version. */
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../../src/model/etcd/raft/message.ts';
import type { RaftCore } from '../../../../src/model/etcd/raft/raft-core.ts';
import { stepRaft } from '../../../../src/model/etcd/raft/raft-steps.ts';
import { leading, sent } from '../../../support/etcd/raft-member.ts';

describe('a peer that was unreachable and has all', () => {
  const envelope = { from: 1, to: 0, term: 1 } as const;

  function answer(core: RaftCore, index: number): void {
    stepRaft(core, { ...envelope, type: 'appendAnswer', index, refusal: undefined });
  }

  /** What the leader sends the peer on the answer to a heartbeat. */
  function beat(core: RaftCore): Message[] {
    sent(core);
    stepRaft(core, { ...envelope, type: 'heartbeatAnswer', read: 0 });
    return sent(core).filter(({ to }) => to === 1);
  }

  /** Peer 1 holds all, and the transport has lost something to it since. */
  function unreachable(anyAnswerEndsProbe: boolean): RaftCore {
    const core = leading({ anyAnswerEndsProbe });
    answer(core, 1);
    expect(core.progress.get(1)).toMatchObject({ state: 'replicate', match: 1 });
    core.replication.reportUnreachable(1);
    expect(core.progress.get(1)).toMatchObject({ state: 'probe', match: 1, next: 2 });
    return core;
  }

  it('is sent an empty append since 3.6, and its answer ends the probing', () => {
    const core = unreachable(true);
    expect(beat(core)).toMatchObject([{ type: 'append', slice: { runs: [], last: 1 } }]);
    answer(core, 1);
    expect(core.progress.get(1)).toMatchObject({ state: 'replicate', match: 1 });
  });

  it('stays in Probe in 3.4 and 3.5 until it acknowledges something new', () => {
    const core = unreachable(false);
    expect(beat(core)).toEqual([]);
    answer(core, 1);
    const progress = core.progress.get(1)!;
    expect(progress).toMatchObject({ state: 'probe', paused: false });
    expect(progress.takesWrites(core.log.last)).toBe(true);
    core.propose(1);
    expect(sent(core).filter(({ to }) => to === 1)).toMatchObject([{ slice: { last: 2 } }]);
    expect(progress).toMatchObject({ state: 'probe', paused: true });
    expect(progress.takesWrites(core.log.last)).toBe(true);
    answer(core, 2);
    expect(progress).toMatchObject({ state: 'replicate', match: 2 });
  });

  it('takes no writes while a probe to it may be lost', () => {
    const core = unreachable(false);
    core.propose(1);
    const progress = core.progress.get(1)!;
    expect(progress.takesWrites(core.log.last)).toBe(false);
    expect(beat(core)).toMatchObject([{ type: 'append', slice: { last: 2 } }]);
    answer(core, 2);
    expect(progress.takesWrites(core.log.last)).toBe(true);
  });
});
