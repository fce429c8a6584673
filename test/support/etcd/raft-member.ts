/** One member's Raft by hand: it is given messages and ticks, and asked what it wants to send. */
import type { Message, VoteRequest } from '../../../src/model/etcd/raft/message.ts';
import {
  RaftCore,
  type RaftHooks,
  type RaftSettings,
} from '../../../src/model/etcd/raft/raft-core.ts';
import { stepRaft } from '../../../src/model/etcd/raft/raft-steps.ts';
import { BENCH_SETTINGS } from './etcd-bench.ts';

/** Member 0 of three. Its time-outs are 10, 11, 12 and so on ticks, one more with each draw. */
export function member(
  settings: Partial<RaftSettings> = {},
  hooks: Partial<RaftHooks> = {},
): RaftCore {
  let drawn = 0;
  const draw = (range: number) => drawn++ % range;
  const full = { ...BENCH_SETTINGS, preVote: false, ...settings };
  return new RaftCore(0, { voters: [0, 1, 2], learners: [] }, full, { draw, ...hooks });
}

/** What it wants to send, once all is on disk; its own answers are given to it. */
export function sent(core: RaftCore): Message[] {
  const messages = [...core.outbox, ...core.afterWrite];
  core.outbox = [];
  core.afterWrite = [];
  for (const message of messages) {
    if (message.type === 'proposal' || message.type === 'readRequest') continue;
    if (message.to === core.id) stepRaft(core, message);
  }
  return messages.filter(({ to }) => to !== core.id);
}

export function tick(core: RaftCore, times: number): void {
  for (let more = 0; more < times; more++) core.tick();
}

export function voteRequest(term: number, rest: Partial<VoteRequest> = {}): VoteRequest {
  const envelope = { type: 'vote', from: 1, to: 0, term } as const;
  const log = { lastIndex: 0, lastTerm: 0 };
  return { ...envelope, ...log, prospective: false, transfer: false, ...rest };
}

export function heartbeat(term: number) {
  return { type: 'heartbeat', from: 2, to: 0, term, committed: 0, read: 0 } as const;
}

/** Follows member 2 in term 1 and has ticked so often since it last heard from it. */
export function following(ticks: number, settings = {}): RaftCore {
  const core = member(settings);
  stepRaft(core, heartbeat(1));
  sent(core);
  tick(core, ticks);
  return core;
}

/** Leads in term 1, with its first entry on disk. */
export function leading(settings: Partial<RaftSettings> = {}): RaftCore {
  const core = member(settings);
  tick(core, 10);
  sent(core);
  const answer = { type: 'voteAnswer', from: 1, to: 0, term: 1, prospective: false } as const;
  stepRaft(core, { ...answer, granted: true });
  core.log.written(core.log.last);
  return core;
}
