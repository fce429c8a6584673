/**
 * Whether etcd's voting members could agree: some member that serves exchanges messages both ways
 * with enough others that serve to make a majority. It counts who can reach whom and leaves out
 * elections and time; sets of members are bits of a number, at most nine.
 */
import type { Part, PartWatcher } from '../parts/part.ts';

/** Members of whom something is true, a bit each. */
class MemberSet {
  bits: number;
  readonly everyone: number;

  constructor(size: number) {
    this.everyone = (1 << size) - 1;
    this.bits = this.everyone;
  }
}

/** Keeps one member's bit in step with the part that stands for it. */
class Seat implements PartWatcher {
  private readonly set: MemberSet;
  private readonly bit: number;

  constructor(set: MemberSet, member: number) {
    this.set = set;
    this.bit = 1 << member;
  }

  partStopped(): void {
    this.set.bits &= ~this.bit;
  }

  partStarted(): void {
    this.set.bits |= this.bit;
  }
}

export class Quorum {
  readonly size: number;
  readonly majority: number;
  /** Members that run with a usable disk. */
  private readonly serving: MemberSet;
  /** Members whose machine has a way to the network. */
  private readonly attached: MemberSet;
  /** `blocked[a]`: members to or from which messages of `a` are lost by some cut. */
  private readonly blocked: Int32Array;
  /** How many active cuts lose messages from a to b, at `a * size + b`. */
  private readonly cuts: Int32Array;
  private activeCuts = 0;

  constructor(size: number) {
    this.size = size;
    this.majority = Math.floor(size / 2) + 1;
    this.serving = new MemberSet(size);
    this.attached = new MemberSet(size);
    this.blocked = new Int32Array(size);
    this.cuts = new Int32Array(size * size);
  }

  /** The member serves while `part` works. */
  seat(member: number, part: Part): void {
    part.watch(new Seat(this.serving, member));
  }

  /** The member reaches others only while `part` works. */
  attach(member: number, part: Part): void {
    part.watch(new Seat(this.attached, member));
  }

  restart(): void {
    this.serving.bits = this.serving.everyone;
    this.attached.bits = this.attached.everyone;
    this.blocked.fill(0);
    this.cuts.fill(0);
    this.activeCuts = 0;
  }

  get allServe(): boolean {
    return this.serving.bits === this.serving.everyone;
  }

  /** Messages from `from` to `to` are lost, until as many calls of `heal` as of `cut`. */
  cut(from: number, to: number): void {
    this.activeCuts++;
    this.cuts[from * this.size + to]!++;
    this.block(from, to);
  }

  heal(from: number, to: number): void {
    this.activeCuts--;
    this.cuts[from * this.size + to]!--;
    this.block(from, to);
  }

  /** Whether a majority stands. */
  stands(): boolean {
    const { majority } = this;
    if (majority === 1) return this.serving.bits !== 0;
    const connected = this.serving.bits & this.attached.bits;
    if (this.activeCuts === 0) return count(connected) >= majority;
    for (let member = 0; member < this.size; member++) {
      const bit = 1 << member;
      if ((connected & bit) === 0) continue;
      if (count((connected & ~this.blocked[member]!) | bit) >= majority) return true;
    }
    return false;
  }

  private block(from: number, to: number): void {
    const lost = this.cuts[from * this.size + to]! > 0 || this.cuts[to * this.size + from]! > 0;
    if (lost) {
      this.blocked[from]! |= 1 << to;
      this.blocked[to]! |= 1 << from;
    } else {
      this.blocked[from]! &= ~(1 << to);
      this.blocked[to]! &= ~(1 << from);
    }
  }
}

/** Members in a set. */
function count(set: number): number {
  let rest = set - ((set >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
