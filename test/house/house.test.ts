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

/** Exports that nothing of ours imports by name, and why they are there. */
const MAY_SEEM_UNUSED = new Set([
  // Each room adds its own kinds of state change to it.
  'src/engine/effects.ts ChangeData',
  // Called by name in a thread of its own.
  'src/execute/worker.ts simulate',
  // Tests look closer here than any caller must.
  'src/cli/output.ts outputFiles',
  'src/cli/progress.ts forecastText',
  'src/cli/progress.ts progressText',
  'src/model/load-balancer/haproxy/haproxy-settings.ts HaproxyVersion',
  'src/model/load-balancer/kube-vip.ts KubeVipSettings',
  'src/model/load-balancer/load-balancer.ts LASTS',
  'src/model/load/load-settings.ts MemorySettings',
  'src/report/csv.ts RUN_COLUMNS',
  'src/scenario/catalogue/presets.ts PRESETS',
  'src/scenario/catalogue/scenario-schema.ts MOST_REPLICATIONS',
  'src/statistics/intervals.ts gammaInterval',
  'src/statistics/intervals.ts poissonRateInterval',
  'src/statistics/intervals.ts studentInterval',
  'src/statistics/quantile-sketch.ts MOST_EXACT',
  'src/statistics/quantile-sketch.ts QUANTILE_ERROR',
]);

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

/** Groups of files each of which leads to itself by imports. */
function circlesOf(files: readonly string[]): string[][] {
  const next = new Map(files.map((file) => [file, ownImportsOf(file)]));
  const reach = (start: string) => {
    const seen = new Set<string>();
    const open = [...(next.get(start) ?? [])];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (seen.has(file) || !next.has(file)) continue;
      seen.add(file);
      open.push(...next.get(file)!);
    }
    return seen;
  };
  const reached = new Map(files.map((file) => [file, reach(file)]));
  const inCircles = files.filter((file) => reached.get(file)!.has(file));
  return inCircles.map((file) => [
    file,
    ...inCircles.filter((other) => reached.get(file)!.has(other) && reached.get(other)!.has(file)),
  ]);
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

const DECLARATION =
  /^export (?:abstract |async )?(?:class|const|enum|function|interface|type) (\w+)/gm;

/** Names that a file imports or hands on from files of our own, as `file name`, or `file *`. */
function namesImportedBy(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const statement = /^(?:import|export) (?:type )?\{([^}]*)\} from '(\.[^']+)'/gm;
  const dynamic = [...text.matchAll(/import\('(\.[^']+)'\)/g)].map(([, from]) => {
    return `${relative('.', resolve(dirname(file), from!))} *`;
  });
  const named = [...text.matchAll(statement)].flatMap(([, names, from]) => {
    const source = relative('.', resolve(dirname(file), from!));
    return names!.split(',').map((name) => `${source} ${/(\w+)(?: as \w+)?\s*$/.exec(name)?.[1]}`);
  });
  return [...dynamic, ...named];
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

  it('go in no circles, types neither', () => {
    const circles = circlesOf(sources.filter((file) => !file.startsWith('src/study/')));
    expect(circles).toEqual([]);
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

describe('exports', () => {
  const exported = sources.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(DECLARATION)].map(([, name]) => ({
      file,
      name: name!,
    })),
  );

  it('are all used by other files of ours, not by tests alone', () => {
    expect(exported.length).toBeGreaterThan(300);
    const used = new Set([...sources, ...filesBelow('bench', ['.ts'])].flatMap(namesImportedBy));
    const dead = exported
      .filter(({ file }) => !used.has(`${file} *`))
      .map(({ file, name }) => `${file} ${name}`)
      .filter((place) => !used.has(place) && !MAY_SEEM_UNUSED.has(place));
    expect(dead).toEqual([]);
    const needless = [...MAY_SEEM_UNUSED].filter((place) => used.has(place));
    expect(needless).toEqual([]);
  });

  it('have one meaning a name', () => {
    const files = new Map<string, Set<string>>();
    for (const { file, name } of exported) {
      files.set(name, (files.get(name) ?? new Set()).add(file));
    }
    const twofold = [...files].filter(([, places]) => places.size > 1);
    expect(twofold.map(([name, places]) => `${name}: ${[...places].join(', ')}`)).toEqual([]);
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
