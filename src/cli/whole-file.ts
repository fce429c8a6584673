/**
 * A file that appears whole or not at all: it is written under a temporary name beside its own,
 * then renamed. What is no ordinary file, such as a pipe, is written to directly.
 */
import {
  existsSync,
  lstatSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Refusal } from './exit-codes.ts';

export class WholeFile {
  private readonly path: string;
  private readonly handle: FileHandle;
  /** Undefined where the file is written to directly. */
  private readonly temporary: string | undefined;

  private constructor(path: string, handle: FileHandle, temporary: string | undefined) {
    this.path = path;
    this.handle = handle;
    this.temporary = temporary;
  }

  /** @throws Refusal where it cannot be written, as all that follows does */
  static async open(path: string): Promise<WholeFile> {
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found !== undefined && !found.isFile()) {
        return new WholeFile(path, await open(path, 'w'), undefined);
      }
      const target = behindLinks(path);
      const { handle, temporary } = await openBeside(target, found?.mode ?? 0o666);
      return new WholeFile(target, handle, temporary);
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }

  async write(text: string): Promise<void> {
    try {
      await this.handle.appendFile(text);
    } catch (error) {
      throw cannotWrite(this.path, error);
    }
  }

  /** Gives it its name; nothing is written after this. */
  async finish(): Promise<void> {
    try {
      await this.handle.close();
      if (this.temporary !== undefined) renameSync(this.temporary, this.path);
    } catch (error) {
      throw cannotWrite(this.path, error);
    }
  }

  /** Leaves what was there before; does nothing to a file that is finished. */
  async abandon(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    if (this.temporary !== undefined) rmSync(this.temporary, { force: true });
  }
}

/** Writes a file whole or not at all. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const file = await WholeFile.open(path);
  try {
    await file.write(text);
    await file.finish();
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

/** The file that a path leads to through links, also where there is none yet. */
export function behindLinks(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const folder = dirname(resolve(path));
  if (!existsSync(folder)) return resolve(path);
  const named = join(realpathSync(folder), basename(path));
  const isLink = lstatSync(named, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  // A circle of links has ended in ELOOP before: `statSync` follows them all.
  return isLink ? behindLinks(resolve(dirname(named), readlinkSync(named))) : named;
}

async function openBeside(path: string, mode: number) {
  for (let number = 0; ; number++) {
    const temporary = join(dirname(path), `.quorate.${process.pid}.${number}.tmp`);
    try {
      return { handle: await open(temporary, 'wx', mode), temporary };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such directory',
  EISDIR: 'it is a directory',
  ENOTDIR: 'its path leads through a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links lead in a circle',
  EPIPE: 'nobody reads it',
};

export function cannotWrite(path: string, error: unknown): Error {
  if (error instanceof Refusal || !(error instanceof Error)) return error as Error;
  const { code } = error as NodeJS.ErrnoException;
  return new Refusal(`cannot write ${path}: ${REASONS[code ?? ''] ?? error.message}`);
}
