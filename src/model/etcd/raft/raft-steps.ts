/** What a member does with a message, one handler a kind; see raft-core.ts for what it models. */
import type {
  Append,
  AppendAnswer,
  Heartbeat,
  HeartbeatAnswer,
  Snapshot,
  TermMessage,
  VoteAnswer,
  VoteRequest,
} from './message.ts';
import { NOBODY } from './message.ts';
import type { Progress } from './progress.ts';
import type { RaftCore } from './raft-core.ts';

/** Takes in a message from a peer, or one of the member's own that its disk has let go. */
export function stepRaft(core: RaftCore, message: TermMessage): void {
  if (message.term > core.term && !admitsHigherTerm(core, message)) return;
  if (message.term < core.term) {
    answerLowerTerm(core, message);
    return;
  }
  switch (message.type) {
    case 'vote':
      stepVote(core, message);
      break;
    case 'voteAnswer':
      stepVoteAnswer(core, message);
      break;
    case 'append':
      stepAppend(core, message);
      break;
    case 'appendAnswer':
      stepAppendAnswer(core, message);
      break;
    case 'heartbeat':
      stepHeartbeat(core, message);
      break;
    case 'heartbeatAnswer':
      stepHeartbeatAnswer(core, message);
      break;
    case 'snapshot':
      stepSnapshot(core, message);
      break;
    case 'timeoutNow':
      if (core.role === 'follower') core.hup('transfer');
      break;
    case 'readAnswer':
      core.reads.answered(message);
  }
}

/** A higher term makes a follower of anybody, but for prospective votes and those in a lease. */
function admitsHigherTerm(core: RaftCore, message: TermMessage): boolean {
  if (message.type === 'vote') {
    if (isInLease(core, message)) return false;
    if (message.prospective) return true;
  }
  if (message.type === 'voteAnswer' && message.prospective && message.granted) return true;
  const isFromLeader =
    message.type === 'append' || message.type === 'heartbeat' || message.type === 'snapshot';
  core.becomeFollower(message.term, isFromLeader ? message.from : NOBODY);
  return true;
}

/**
 * A leader of a lower term is told of the higher one, which deposes it: it could not otherwise take
 * back a member that campaigned while cut off. A prospective vote is refused, a real one ignored.
 */
function answerLowerTerm(core: RaftCore, message: TermMessage): void {
  const { checkQuorum, preVote } = core.settings;
  const { id: from, term } = core;
  const to = message.from;
  const isFromLeader = message.type === 'heartbeat' || message.type === 'append';
  if (isFromLeader && (checkQuorum || preVote)) {
    core.send({ type: 'appendAnswer', from, to, term, index: 0, refusal: undefined });
  } else if (message.type === 'vote' && message.prospective) {
    core.send({ type: 'voteAnswer', from, to, term, prospective: true, granted: false });
  }
}

function stepVote(core: RaftCore, message: VoteRequest): void {
  if (core.role === 'candidate' && !message.prospective) core.hooks.rivalled?.(core);
  const { prospective, lastIndex, lastTerm } = message;
  const isFree = core.vote === NOBODY && core.leader === NOBODY;
  const mayVote = core.vote === message.from || isFree || (prospective && message.term > core.term);
  const granted = mayVote && core.log.isUpToDate(lastIndex, lastTerm);
  // A granted prospective vote names the term asked about, which this member has not reached.
  const term = granted ? message.term : core.term;
  const answer = { from: core.id, to: message.from, term, prospective, granted } as const;
  core.send({ type: 'voteAnswer', ...answer });
  if (!granted || prospective) return;
  core.electionElapsed = 0;
  core.vote = message.from;
}

function stepVoteAnswer(core: RaftCore, message: VoteAnswer): void {
  const isMine = core.role === (message.prospective ? 'preCandidate' : 'candidate');
  if (!isMine) return;
  if (!core.votes.has(message.from)) core.votes.set(message.from, message.granted);
  const answers = core.voters.map((voter) => core.votes.get(voter));
  const granted = answers.filter((answer) => answer === true).length;
  const refused = answers.filter((answer) => answer === false).length;
  if (granted >= core.majority) {
    if (message.prospective) core.campaign('real');
    else {
      core.becomeLeader();
      core.replication.broadcastAppend();
    }
  } else if (refused > core.voters.length - core.majority) {
    core.becomeFollower(core.term, NOBODY);
  }
}

/** A leader of this term is there: whoever campaigned follows it. */
function follow(core: RaftCore, leader: number): void {
  if (core.role !== 'follower') core.becomeFollower(core.term, leader);
  core.electionElapsed = 0;
  core.leader = leader;
}

function stepAppend(core: RaftCore, message: Append): void {
  follow(core, message.from);
  const { log } = core;
  const { slice, committed } = message;
  if (slice.previousIndex < log.committed) answerAppend(core, message, log.committed, undefined);
  else if (log.accept(slice, committed)) answerAppend(core, message, slice.last, undefined);
  else {
    const end = Math.min(slice.previousIndex, log.last);
    const hint = log.conflictByTerm(end, slice.previousTerm);
    const refusal = { hint, hintTerm: log.termAt(hint) };
    answerAppend(core, message, slice.previousIndex, refusal);
  }
}

/** Written out for each kind: copying a common beginning costs more than all the rest. */
function answerAppend(
  { afterWrite, id: from, term }: RaftCore,
  { from: to }: Append,
  index: number,
  refusal: AppendAnswer['refusal'],
): void {
  afterWrite.push({ type: 'appendAnswer', from, to, term, index, refusal });
}

function stepHeartbeat(core: RaftCore, message: Heartbeat): void {
  follow(core, message.from);
  core.log.commit(message.committed);
  const { id: from, term } = core;
  const { from: to, read } = message;
  core.outbox.push({ type: 'heartbeatAnswer', from, to, term, read });
}

function stepSnapshot(core: RaftCore, message: Snapshot): void {
  follow(core, message.from);
  const { log, id: from, term } = core;
  if (message.index > log.committed) {
    if (log.matches(message.index, message.indexTerm)) log.commit(message.index);
    else log.restore(message.index, message.indexTerm);
  }
  const index = log.committed;
  core.send({ type: 'appendAnswer', from, to: message.from, term, index, refusal: undefined });
}

function stepAppendAnswer(core: RaftCore, message: AppendAnswer): void {
  const progress = core.progress.get(message.from);
  if (core.role !== 'leader' || progress === undefined) return;
  progress.recentlyActive = true;
  const { refusal, index } = message;
  if (refusal !== undefined) {
    const { hint, hintTerm } = refusal;
    const next = hintTerm > 0 ? core.log.conflictByTerm(hint, hintTerm) : hint;
    if (!progress.decrease(index, next)) return;
    if (progress.state === 'replicate') {
      progress.becomeProbe();
      core.hooks.progressed?.();
    }
    core.replication.sendAppend(message.from, true);
    return;
  }
  const wasPaused = progress.isPaused;
  if (!progress.update(index) && !endsProbe(core, progress, index)) return;
  const { state } = progress;
  if (progress.state === 'probe') progress.becomeReplicate();
  else if (progress.state === 'snapshot' && progress.match >= core.log.compactedTo) {
    progress.becomeProbe();
    progress.becomeReplicate();
  }
  if (progress.state !== state) core.hooks.progressed?.();
  if (core.replication.advanceCommit()) core.replication.broadcastAppend();
  // A peer that was not written to may have missed what was committed meanwhile.
  else if (wasPaused) core.replication.sendAppend(message.from, true);
  while (core.replication.sendAppend(message.from, false));
  if (message.from === core.transferee && progress.match === core.log.last) {
    core.sendTimeoutNow(message.from);
  }
}

/** An answer that says nothing new but that the peer can be reached. */
function endsProbe({ settings }: RaftCore, { state, match }: Progress, index: number): boolean {
  return settings.anyAnswerEndsProbe && state === 'probe' && match === index;
}

/** By the rule of 3.4 and 3.5 a peer that has all stays in Probe until there is something new. */
function stepHeartbeatAnswer(core: RaftCore, message: HeartbeatAnswer): void {
  const progress = core.progress.get(message.from);
  if (core.role !== 'leader' || progress === undefined) return;
  progress.recentlyActive = true;
  progress.paused = false;
  const hasAll = progress.match === core.log.last;
  if (hasAll) progress.hadAll = true;
  if (!hasAll || (core.settings.anyAnswerEndsProbe && progress.state === 'probe')) {
    core.replication.sendAppend(message.from, true);
  }
  if (message.read > 0) core.reads.heard(message.from, message.read);
}

/** Whether a vote request meets a member that has heard from a leader within its lease. */
function isInLease(core: RaftCore, request: VoteRequest): boolean {
  const { checkQuorum, electionTicks } = core.settings;
  const hearsLeader = core.leader !== NOBODY && core.electionElapsed < electionTicks;
  return checkQuorum && hearsLeader && !request.transfer;
}
