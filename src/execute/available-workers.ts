/**
 * How many threads a process may keep busy: processors that it may run on, and no more than its
 * container's quota of processor time (cgroups, version 1 and 2) pays for.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/** @param root of the file system that tells of quotas */
export function availableWorkers(root = '/', processors = availableParallelism()): number {
  return Math.max(1, Math.min(processors, Math.floor(quota(root))));
}

/** Processors' worth of time: the least of the process's groups and those around them. */
function quota(root: string): number {
  const groups = (read(join(root, 'proc/self/cgroup')) ?? '').split('\n');
  let least = Number.POSITIVE_INFINITY;
  for (const group of groups) {
    const [, controllers = '', path] = /^\d+:([^:]*):(.*)$/.exec(group) ?? [];
    if (path === undefined) continue;
    if (controllers !== '' && !controllers.split(',').includes('cpu')) continue;
    const folder = join(root, 'sys/fs/cgroup', controllers === '' ? '' : 'cpu');
    for (let at = path; ; at = dirname(at)) {
      least = Math.min(least, quotaIn(join(folder, at)));
      if (at === '/' || at === '.') break;
    }
  }
  return least;
}

function quotaIn(folder: string): number {
  const [limit, every] = (read(join(folder, 'cpu.max')) ?? '').split(/\s+/);
  const microseconds = Number(limit || read(join(folder, 'cpu.cfs_quota_us')));
  const period = Number(every || read(join(folder, 'cpu.cfs_period_us')));
  return microseconds > 0 && period > 0 ? microseconds / period : Number.POSITIVE_INFINITY;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
