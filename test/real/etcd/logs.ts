/**
 * What etcd's own log (zap, milliseconds) tells of elections and connections, with the members'
 * numbers in place of their identifiers. Left out: everything that says neither.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';

export interface LogEvent {
  /** Wall-clock milliseconds. */
  readonly time: number;
  readonly member: number;
  readonly text: string;
}

const TELLING = /^(raft\/|rafthttp\/|embed\/serve|wal\/|etcdserver\/(raft|server|v3_server))/;

export const CAMPAIGN = /is starting a new election/;
export const CANDIDATE = /became (pre-)?candidate/;
export const LEADER = /became leader at term/;
export const FOLLOWS = /raft\.node: \S+ (elected leader|changed leader from \S+ to) \S+ at term/;
export const LOST = /raft\.node: \S+ lost leader/;
export const STEPPED_DOWN = /stepped down to follower since quorum is not active/;
export const IGNORED = /ignored Msg(Pre)?Vote/;
export const SERVES = /serving client traffic/;

interface Line {
  readonly ts: string;
  readonly caller?: string;
  readonly msg: string;
  readonly error?: string;
  readonly [field: string]: unknown;
}

/** Reads one member's log as it grows. */
export class LogReader {
  private readonly path: string;
  private readonly member: number;
  private readonly names: Map<string, string>;
  private offset = 0;
  private rest = '';

  /** @param names shared by all members: what to call whom */
  constructor(path: string, member: number, names: Map<string, string>) {
    this.path = path;
    this.member = member;
    this.names = names;
  }

  read(): LogEvent[] {
    const length = statSync(this.path).size - this.offset;
    if (length <= 0) return [];
    const buffer = Buffer.alloc(length);
    const file = openSync(this.path, 'r');
    readSync(file, buffer, 0, length, this.offset);
    closeSync(file);
    this.offset += length;
    const lines = (this.rest + buffer.toString('utf8')).split('\n');
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.parse(line));
  }

  private parse(line: string): LogEvent[] {
    if (!line.startsWith('{')) return [];
    const entry = JSON.parse(line) as Line;
    const own = entry['local-member-id'];
    if (typeof own === 'string') this.names.set(own, `m${this.member}`);
    if (!TELLING.test(entry.caller ?? '')) return [];
    const peer = entry['remote-peer-id'] ?? entry['peer-id'] ?? entry.to;
    const parts = [entry.msg, peer, entry['stream-type'] ?? entry['stream-reader-type']];
    parts.push(entry.took, entry.error);
    const text = parts.filter((part) => part !== undefined).join(' ');
    return [{ time: Date.parse(entry.ts), member: this.member, text }];
  }

  /** The event with the members called by their numbers, once all are known. */
  named(event: LogEvent): LogEvent {
    const text = event.text.replace(/[0-9a-f]{12,16}/g, (id) => this.names.get(id) ?? id);
    return { ...event, text };
  }
}
