/** Quotas of containers, as their files tell of them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { availableWorkers } from '../../src/execute/available-workers.ts';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function workers(files: Readonly<Record<string, string>>, processors = 8): number {
  const root = mkdtempSync(join(tmpdir(), 'quorate-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return availableWorkers(root, processors);
}

it('are the processors where there is no quota', () => {
  expect(workers({})).toBe(8);
  const v2 = { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': 'max 100000\n' };
  expect(workers(v2)).toBe(8);
});

it('heed the quota of cgroups of version 2, also of a group around', () => {
  const self = { 'proc/self/cgroup': '0::/pods/one\n' };
  expect(workers({ ...self, 'sys/fs/cgroup/pods/one/cpu.max': '250000 100000\n' })).toBe(2);
  expect(workers({ ...self, 'sys/fs/cgroup/pods/cpu.max': '50000 100000\n' })).toBe(1);
  expect(workers({ ...self, 'sys/fs/cgroup/pods/cpu.max': '1600000 100000\n' }, 4)).toBe(4);
});

it('heed the quota of cgroups of version 1', () => {
  const self = { 'proc/self/cgroup': '12:memory:/x\n4:cpu,cpuacct:/docker/abc\n' };
  const quota = (folder: string, microseconds: string) => ({
    ...self,
    [`sys/fs/cgroup/cpu/${folder}cpu.cfs_quota_us`]: microseconds,
    [`sys/fs/cgroup/cpu/${folder}cpu.cfs_period_us`]: '100000\n',
  });
  expect(workers(quota('docker/abc/', '300000\n'))).toBe(3);
  expect(workers(quota('', '300000\n'))).toBe(3);
  expect(workers(quota('', '-1\n'))).toBe(8);
});
