/** Worker threads that simulate chunks of one scenario; each is given the scenario once. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Piscina } from 'piscina';
import type { Scenario } from '../scenario/scenario.ts';
import type { Chunk, ChunkOptions, Range } from '../study/chunk.ts';

export interface WorkerOrder extends ChunkOptions {
  readonly scenario: Scenario;
}

/** Beside this file or the bundle that it is in, and written as that is. */
const WORKER = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

export class ThreadPool {
  /** Never fulfilled: rejected where a thread dies of itself. */
  readonly failed: Promise<never>;
  private readonly pool: Promise<Piscina>;

  constructor(threads: number, order: WorkerOrder) {
    this.pool = open(threads, order);
    this.failed = this.pool.then(
      (pool) => new Promise<never>((_, reject) => pool.on('error', reject)),
    );
    this.failed.catch(() => undefined);
  }

  /** @throws what simulating throws, or what the thread died of */
  async simulate(ranges: readonly Range[]): Promise<Chunk[]> {
    return (await this.pool).run(ranges);
  }

  /** Ends the threads, in the midst of what they do. */
  async destroy(): Promise<void> {
    await (await this.pool).destroy();
  }
}

async function open(threads: number, order: WorkerOrder): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  return new Piscina({
    filename: fileURLToPath(WORKER),
    minThreads: threads,
    maxThreads: threads,
    workerData: order,
  });
}
