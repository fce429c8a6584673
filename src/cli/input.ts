/** Scenario files, and standard input in their place, as text with a digest. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { Refusal } from './exit-codes.ts';

interface ScenarioFile {
  /** As it was named. */
  readonly file: string;
  readonly text: string;
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly digest: string;
}

/** Bytes; larger files are refused before they are read. */
const LARGEST_FILE = 1024 * 1024;

/** @throws Refusal where the file cannot be read or is too large */
export async function readScenarioFile(file: string): Promise<ScenarioFile> {
  const bytes = file === '-' ? await gather(file, process.stdin) : await readBytes(file);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { file, text: bytes.toString('utf8'), digest };
}

async function readBytes(file: string): Promise<Buffer> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const found = await handle.stat();
    if (found.isDirectory()) throw new Refusal(`cannot read ${file}: it is a directory`);
    if (found.size > LARGEST_FILE) throw tooLarge(file);
    return await gather(file, handle.createReadStream({ end: LARGEST_FILE, autoClose: false }));
  } catch (error) {
    throw cannotRead(file, error);
  } finally {
    await handle?.close();
  }
}

async function gather(file: string, stream: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > LARGEST_FILE) throw tooLarge(file === '-' ? 'standard input' : file);
  }
  return Buffer.concat(chunks);
}

function tooLarge(file: string): Refusal {
  return new Refusal(`cannot read ${file}: it is larger than 1 MiB, more than any scenario needs`);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'its path leads through a file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
};

function cannotRead(file: string, error: unknown): Error {
  if (error instanceof Refusal || !(error instanceof Error)) return error as Error;
  const { code } = error as NodeJS.ErrnoException;
  return new Refusal(`cannot read ${file}: ${REASONS[code ?? ''] ?? error.message}`);
}
