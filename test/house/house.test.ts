/** The rules of the house that no linter knows: who may import whom, how large things may be. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const MOST_LINES_A_FILE = 500;
const MOST_COLUMNS = 100;

/** Each folder of src with those of our own that it may import from, besides itself. */
const ROOMS = [
  ['engine', 'statistics'],
  ['model'],
  ['faults'],
  ['structure'],
  ['exact'],
  ['scenario'],
  ['interop'],
  ['study'],
  ['execute'],
  ['report'],
  ['cli'],
] as const;

/** The rooms of model in the same way: those beside each other do not import each other. */
const MODEL_ROOMS = [
  ['parts'],
  ['network'],
  ['process'],
  ['lease', 'etcd'],
  ['api-server'],
  ['load-balancer'],
  ['load'],
  ['control-plane'],
] as const;

/** Each is a balancer of its own; what builds them, and what they share, lies beside them. */
const BALANCER_KINDS = [
  'client-side.ts',
  'cloud',
  'direct.ts',
  'dns.ts',
  'haproxy',
  'keepalived',
  'kube-vip.ts',
];

const MAY_USE_NODE = new Set(['cli', 'execute']);

function filesBelow(folder: string, endings: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => endings.includes(extname(name)));
}

function roomOf(file: string): string {
  const [room = ''] = relative('src', file).split('/');
  return room;
}

function rank(room: string, order: readonly (readonly string[])[] = ROOMS): number {
  return order.findIndex((rooms) => rooms.includes(room));
}

/** Files of our own that a file imports from, types too. */
function ownImportsOf(file: string): string[] {
  return importsOf(file)
    .filter((name) => name.startsWith('.'))
    .map((name) => relative('.', resolve(dirname(file), name)));
}

/** Imports within a folder whose ends lie in different places of it, as `from`, `to` and text. */
function importsWithin(folder: string) {
  const placeIn = (file: string) => relative(folder, file).split('/')[0] ?? '';
  const inside = rooms.filter((file) => file.startsWith(`${folder}/`));
  return inside.flatMap((file) =>
    ownImportsOf(file)
      .filter((other) => other.startsWith(`${folder}/`) && placeIn(other) !== placeIn(file))
      .map((other) => ({ from: placeIn(file), to: placeIn(other), text: `${file} -> ${other}` })),
  );
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name]) => name!);
}

const sources = filesBelow('src', ['.ts', '.tsx']);
const rooms = sources.filter((file) => dirname(file) !== 'src');
const written = [...sources, ...filesBelow('test', ['.ts']), ...filesBelow('bench', ['.ts'])];

describe('imports', () => {
  it('finds sources to look at', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(rooms.flatMap(importsOf).length).toBeGreaterThan(200);
  });

  it('lie in a known room', () => {
    expect(rooms.filter((file) => rank(roomOf(file)) === -1)).toEqual([]);
  });

  it('go only to rooms on the left', () => {
    const wrong = rooms.flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => roomOf(resolve(dirname(file), name).slice(resolve('.').length + 1)))
        .filter((room) => room !== roomOf(file) && rank(room) >= rank(roomOf(file)))
        .map((room) => `${file} imports from ${room}`),
    );
    expect(wrong).toEqual([]);
  });

  it('go only to rooms on the left within model too', () => {
    const imports = importsWithin('src/model');
    expect(imports.length).toBeGreaterThan(50);
    expect(imports.filter(({ from }) => rank(from, MODEL_ROOMS) === -1)).toEqual([]);
    const wrong = imports.filter(({ from, to }) => {
      return rank(to, MODEL_ROOMS) >= rank(from, MODEL_ROOMS);
    });
    expect(wrong.map(({ text }) => text)).toEqual([]);
  });

  it('leave Raft alone with itself, and a kind of balancer with what all share', () => {
    const ofRaft = importsWithin('src/model/etcd').filter(({ from }) => from === 'raft');
    const kinds = importsWithin('src/model/load-balancer').filter(({ from, to }) => {
      return BALANCER_KINDS.includes(from) && BALANCER_KINDS.includes(to);
    });
    expect([...ofRaft, ...kinds].map(({ text }) => text)).toEqual([]);
  });

  it('reach Node itself only from cli and execute', () => {
    const wrong = rooms.filter(
      (file) =>
        !MAY_USE_NODE.has(roomOf(file)) && importsOf(file).some((name) => name.startsWith('node:')),
    );
    expect(wrong).toEqual([]);
  });

  it('of model and faults never see the simulation', () => {
    const wrong = rooms
      .filter((file) => ['model', 'faults'].includes(roomOf(file)))
      .filter((file) => importsOf(file).some((name) => name.endsWith('/simulation.ts')));
    expect(wrong).toEqual([]);
  });

  it('pass no inner barrels and no rooms for odds and ends', () => {
    expect(rooms.filter((file) => /\/(index|utils?|helpers?|common|misc)\.ts$/.test(file))).toEqual(
      [],
    );
  });
});

describe('tests', () => {
  const ACROSS = ['datadriven', 'golden', 'house', 'property', 'real', 'support'];

  it('lie where what they test lies, but for those that cut across', () => {
    const folders = readdirSync('test', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map(dirname)
      .filter((folder) => !ACROSS.includes(folder.split('/')[0]!));
    expect(new Set(folders).size).toBeGreaterThan(15);
    expect(folders.filter((folder) => !existsSync(join('src', folder)))).toEqual([]);
  });
});

describe('chance', () => {
  it('comes from the seed alone', () => {
    const wrong = sources.filter((file) => readFileSync(file, 'utf8').includes('Math.random'));
    expect(wrong).toEqual([]);
  });
});

describe('sizes', () => {
  it(`are at most ${MOST_LINES_A_FILE} lines a file`, () => {
    const long = written
      .map((file) => [file, readFileSync(file, 'utf8').trimEnd().split('\n').length] as const)
      .filter(([, lines]) => lines > MOST_LINES_A_FILE);
    expect(long).toEqual([]);
  });

  it(`are at most ${MOST_COLUMNS} columns a line`, () => {
    const wide = written.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map((line, index) => [`${file}:${index + 1}`, line.length] as const)
        .filter(([, columns]) => columns > MOST_COLUMNS),
    );
    expect(wide).toEqual([]);
  });
});

describe('words', () => {
  it('open each source with what it is about', () => {
    expect(
      sources.filter(
        (file) =>
          !readFileSync(file, 'utf8')
            .replace(/^#!.*\n/, '')
            .startsWith('/**'),
      ),
    ).toEqual([]);
  });

  it('leave nothing undone or commented out', () => {
    const unfinished = /\b(TODO|FIXME|XXX|HACK)\b|^\s*\/\/.*;\s*$/m;
    const undone = written.filter(
      (file) => !file.includes('house.test') && unfinished.test(readFileSync(file, 'utf8')),
    );
    expect(undone).toEqual([]);
  });
});
