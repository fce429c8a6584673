/**
 * One independent stream of random numbers per name, seeded by (seed, replication, name). Adding a
 * component adds streams and never moves another's draws: two topologies under one seed meet the
 * same weather (common random numbers). The generator is Alea, from seedrandom.
 */
import seedrandom from 'seedrandom';
import { hashOf, mix } from './stateless-draw.ts';

/** Uniform numbers under one name. Seeded at its first draw in a replication, since most that drive
 * rare repairs are never drawn from. */
export class RandomStream {
  private readonly low: number;
  private readonly high: number;
  private replication = 0;
  private generator: seedrandom.PRNG | undefined = undefined;

  constructor(low: number, high: number) {
    this.low = low;
    this.high = high;
  }

  /** Starts the stream of another replication. */
  restart(replication: number): void {
    this.replication = replication;
    this.generator = undefined;
  }

  /** Uniform on [0, 1) with 53 bits. */
  double(): number {
    const generator = this.generator;
    return generator === undefined ? this.seeded().double() : generator.double();
  }

  /** Alea hashes its seed one character at a time: four of 16 bits hold all 64 and cost little. */
  private seeded(): seedrandom.PRNG {
    const low = mix(this.low ^ Math.imul(this.replication, 0x9e3779b1));
    const high = mix(this.high ^ low ^ Math.floor(this.replication / 2 ** 32));
    const key = String.fromCharCode(low & 0xffff, low >>> 16, high & 0xffff, high >>> 16);
    const generator = seedrandom.alea(key);
    this.generator = generator;
    return generator;
  }
}

/** The streams of one scenario under one seed. */
export class RandomStreams {
  private readonly seed: string;
  private readonly streams = new Map<string, RandomStream>();
  private replication = 0;

  constructor(seed: string) {
    this.seed = seed;
  }

  /** The stream of that name; the same object each time it is asked for. */
  stream(name: string): RandomStream {
    const known = this.streams.get(name);
    if (known !== undefined) return known;
    const text = `${this.seed}\u0000${name}`;
    const made = new RandomStream(hashOf(text, 0x811c9dc5), hashOf(text, 0x2f0b4c47));
    made.restart(this.replication);
    this.streams.set(name, made);
    return made;
  }

  /** 32 bits for draws by place and time, which take nothing from any stream. */
  key(name: string): number {
    const text = `${this.seed}\u0000${name}`;
    return mix(hashOf(text, 0x811c9dc5) ^ Math.imul(this.replication, 0x9e3779b1));
  }

  restart(replication: number): void {
    this.replication = replication;
    for (const stream of this.streams.values()) stream.restart(replication);
  }
}
