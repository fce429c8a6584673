/** One member's answers, message by message: the rules on which elections turn. */
import { describe, expect, it } from 'vitest';
import type { Append, Message } from '../../../../src/model/etcd/raft/message.ts';
import { NOBODY } from '../../../../src/model/etcd/raft/message.ts';
import { stepRaft } from '../../../../src/model/etcd/raft/raft-steps.ts';
import {
  following,
  heartbeat,
  leading,
  member,
  sent,
  tick,
  voteRequest,
} from '../../../support/etcd/raft-member.ts';

describe('a lease', () => {
  it.each([true, false])(
    'lets requests for a vote go unanswered, prospective: %s',
    (prospective) => {
      const core = following(9);
      stepRaft(core, voteRequest(5, { prospective }));
      expect(sent(core)).toEqual([]);
      expect(core).toMatchObject({ term: 1, electionElapsed: 9, leader: 2 });
    },
  );

  it('ends after the election time-out', () => {
    const core = following(10, {});
    stepRaft(core, voteRequest(5));
    expect(sent(core)).toMatchObject([{ type: 'voteAnswer', term: 5, granted: true }]);
  });

  it('does not stand against a handover', () => {
    const core = following(3);
    stepRaft(core, voteRequest(2, { transfer: true }));
    expect(sent(core)).toMatchObject([{ type: 'voteAnswer', granted: true }]);
  });

  it('is not granted without CheckQuorum', () => {
    const core = following(3, { checkQuorum: false });
    stepRaft(core, voteRequest(2));
    expect(sent(core)).toMatchObject([{ type: 'voteAnswer', granted: true }]);
  });

  it('never ends for a leader', () => {
    const core = leading();
    sent(core);
    stepRaft(core, voteRequest(9));
    expect(sent(core)).toEqual([]);
    expect(core).toMatchObject({ role: 'leader', term: 1 });
  });
});

describe('the election timer', () => {
  it('starts anew and is redrawn when a refused request carried a higher term', () => {
    const core = following(10);
    core.log.append(1, 5);
    const before = core.randomizedTimeout;
    stepRaft(core, voteRequest(4));
    expect(sent(core)).toMatchObject([{ type: 'voteAnswer', term: 4, granted: false }]);
    expect(core).toMatchObject({ term: 4, electionElapsed: 0, vote: NOBODY });
    expect(core.randomizedTimeout).not.toBe(before);
  });

  it('starts anew when a vote is given, and not when a prospective one is', () => {
    const core = following(10, { preVote: true });
    stepRaft(core, voteRequest(2, { prospective: true }));
    expect(sent(core)).toMatchObject([{ granted: true, term: 2 }]);
    expect(core).toMatchObject({ term: 1, electionElapsed: 10, vote: NOBODY });
    stepRaft(core, voteRequest(2));
    expect(core).toMatchObject({ term: 2, electionElapsed: 0, vote: 1 });
  });

  it('is not redrawn for a prospective campaign, and is for a real one', () => {
    const cautious = following(0, { preVote: true });
    const kept = cautious.randomizedTimeout;
    tick(cautious, kept);
    expect(cautious).toMatchObject({ role: 'preCandidate', term: 1, leader: NOBODY });
    expect(cautious.randomizedTimeout).toBe(kept);
    const bold = following(0);
    const redrawn = bold.randomizedTimeout;
    tick(bold, redrawn);
    expect(bold).toMatchObject({ role: 'candidate', term: 2, vote: 0 });
    expect(bold.randomizedTimeout).not.toBe(redrawn);
  });
});

describe('a message of a lower term', () => {
  it('from a leader is answered with the higher one, which deposes it', () => {
    const core = following(0);
    core.becomeFollower(7, NOBODY);
    stepRaft(core, heartbeat(1));
    const answers = sent(core);
    expect(answers).toMatchObject([{ type: 'appendAnswer', to: 2, term: 7 }]);
    const leader = leading();
    stepRaft(leader, { ...(answers[0] as Extract<Message, { type: 'appendAnswer' }>), to: 0 });
    expect(leader).toMatchObject({ role: 'follower', term: 7, leader: NOBODY });
  });

  it('that asks for a vote is ignored, for a prospective one refused', () => {
    const core = member();
    core.becomeFollower(7, NOBODY);
    stepRaft(core, voteRequest(3));
    expect(sent(core)).toEqual([]);
    stepRaft(core, voteRequest(3, { prospective: true }));
    expect(sent(core)).toMatchObject([{ type: 'voteAnswer', term: 7, granted: false }]);
  });
});

describe('a campaign', () => {
  it('at a term for which the other has voted for itself is refused', () => {
    const core = following(0);
    tick(core, core.randomizedTimeout);
    expect(core).toMatchObject({ role: 'candidate', term: 2 });
    sent(core);
    stepRaft(core, voteRequest(2));
    expect(sent(core)).toMatchObject([{ granted: false, term: 2 }]);
  });

  it('of a member with a shorter log, or an older end of it, is refused', () => {
    const core = member();
    core.becomeFollower(3, NOBODY);
    core.log.append(3, 5);
    stepRaft(core, voteRequest(4, { lastIndex: 9, lastTerm: 2 }));
    stepRaft(core, voteRequest(4, { lastIndex: 4, lastTerm: 3 }));
    stepRaft(core, voteRequest(4, { lastIndex: 5, lastTerm: 3 }));
    expect(sent(core)).toMatchObject([{ granted: false }, { granted: false }, { granted: true }]);
  });

  it('waits for an unapplied change of membership, but for one that has begun', () => {
    let hasUnappliedChange = true;
    const core = member({ preVote: true }, { hasUnappliedChange: () => hasUnappliedChange });
    stepRaft(core, heartbeat(1));
    tick(core, core.randomizedTimeout);
    expect(core).toMatchObject({ role: 'follower', leader: 2, electionElapsed: 0 });
    stepRaft(core, { type: 'timeoutNow', from: 2, to: 0, term: 1 });
    expect(core).toMatchObject({ role: 'follower', term: 1 });
    hasUnappliedChange = false;
    tick(core, core.randomizedTimeout);
    expect(core.role).toBe('preCandidate');
    hasUnappliedChange = true;
    sent(core);
    const answer = { type: 'voteAnswer', from: 1, to: 0, term: 2, granted: true } as const;
    stepRaft(core, { ...answer, prospective: true });
    expect(core).toMatchObject({ role: 'candidate', term: 2 });
  });

  it('is over once it cannot be won', () => {
    const core = member();
    tick(core, 10);
    sent(core);
    const refusal = { type: 'voteAnswer', to: 0, term: 1, prospective: false } as const;
    stepRaft(core, { ...refusal, from: 1, granted: false });
    expect(core.role).toBe('candidate');
    stepRaft(core, { ...refusal, from: 2, granted: false });
    expect(core).toMatchObject({ role: 'follower', term: 1 });
  });
});

describe('a new leader', () => {
  const append = (message: Message) => message as Append;

  it('probes: writes wait until its first entry is acknowledged', () => {
    const core = leading();
    expect(sent(core).map((message) => append(message).slice.last)).toEqual([1, 1]);
    expect(core.propose(3)).toBe(true);
    expect(sent(core)).toEqual([]);
    const answer = { type: 'appendAnswer', to: 0, term: 1, index: 1, refusal: undefined } as const;
    stepRaft(core, { ...answer, from: 1 });
    const toFirst = sent(core).filter(({ to }) => to === 1);
    expect(toFirst.at(-1)).toMatchObject({ type: 'append', slice: { last: 4 } });
    expect(core.log.committed).toBe(1);
  });

  it('tells a peer that answers late of what was committed meanwhile', () => {
    const core = leading();
    sent(core);
    const answer = { type: 'appendAnswer', to: 0, term: 1, index: 1, refusal: undefined } as const;
    stepRaft(core, { ...answer, from: 1 });
    expect(sent(core)).toMatchObject([{ type: 'append', to: 1, committed: 1 }]);
    stepRaft(core, { ...answer, from: 2 });
    expect(sent(core)).toMatchObject([{ type: 'append', to: 2, committed: 1 }]);
    stepRaft(core, { ...answer, from: 2 });
    expect(sent(core)).toEqual([]);
  });

  it('does not commit what earlier terms left before an entry of its own', () => {
    const core = member();
    core.log.append(1, 2);
    core.log.written(2);
    core.becomeFollower(4, NOBODY);
    tick(core, 19);
    sent(core);
    const term = core.term;
    stepRaft(core, { type: 'voteAnswer', from: 1, to: 0, term, prospective: false, granted: true });
    const answer = { type: 'appendAnswer', from: 1, to: 0, term, refusal: undefined } as const;
    stepRaft(core, { ...answer, index: 2 });
    expect(core.log.committed).toBe(0);
    core.log.written(3);
    stepRaft(core, { ...answer, index: 3 });
    expect(core.log.committed).toBe(3);
  });
});
