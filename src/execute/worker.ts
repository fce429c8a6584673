/** A worker thread: simulates the chunks that it is told to and sends back what they came to. */
import { workerData } from 'node:worker_threads';
import { type Chunk, ChunkWorker, type Range } from '../study/chunk.ts';
import type { WorkerOrder } from './thread-pool.ts';

const order: WorkerOrder = workerData;
const worker = new ChunkWorker(order.scenario, order);

export default function simulate(ranges: readonly Range[]): Chunk[] {
  return ranges.map((range) => worker.simulate(range));
}
