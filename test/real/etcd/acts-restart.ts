/** Members that come back, alone or all together. Left out: lost data, changed members. */
import { connect } from 'node:net';
import { CANDIDATE, FOLLOWS, LEADER, SERVES } from './logs.ts';
import { firstSuccess } from './probes.ts';
import type { Act, Scene, Values } from './rig.ts';
import { now, sleep, until } from './shell.ts';

function opens(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(2379, address);
    const settle = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}

/**
 * Marks the instants at which a member's client port takes a connection and at which a
 * serializable read is answered, if they come. The port is open long before anybody serves it.
 */
async function markOpen(scene: Scene, member: number, patience: number): Promise<void> {
  const address = scene.cluster.network.clientAddress(member);
  const ignore = () => {};
  await until('the client port is open', () => opens(address), patience).then(
    () => scene.mark('open'),
    ignore,
  );
  const read = scene.cluster.client(member).get('writer', true, patience);
  await read.then(() => scene.mark('answered'), ignore);
}

function sinceStartTo(scene: Scene, name: string): number | null {
  const at = scene.marks.get(name);
  return at === undefined ? null : at - scene.at('start');
}

function sinceStart(scene: Scene): Values {
  const start = scene.at('start');
  const success = firstSuccess(scene.answers('put'), start);
  const serving = scene.all('start', SERVES).map(({ time }) => time - start);
  return {
    'start to success': success === undefined ? null : success - start,
    'start to campaign': scene.since('start', CANDIDATE),
    'start to elected': scene.since('start', LEADER),
    'start to first serving': serving.length === 0 ? null : Math.min(...serving),
    'start to last serving': serving.length === 0 ? null : Math.max(...serving),
    'leaders elected': scene.all('start', LEADER).length,
  };
}

export function allRestarted(signal: 'SIGKILL' | 'SIGTERM'): Act {
  return {
    act: async (scene) => {
      const { cluster } = scene;
      const fault = scene.mark('fault');
      const ended = await Promise.all(cluster.places.map((place) => cluster.signal(place, signal)));
      for (const [place, time] of ended.entries()) scene.marks.set(`exit ${place}`, time);
      scene.marks.set('last exit', Math.max(fault, ...ended));
      scene.mark('start');
      await Promise.all(cluster.places.map((place) => cluster.start(place)));
      scene.probe('put');
      await scene.recovered('start', 30_000);
      await sleep(4_000);
    },
    values: (scene) => {
      const exits = scene.cluster.places.map((place) => scene.at(`exit ${place}`));
      const sorted = exits.sort((one, other) => one - other);
      const names = ['first', 'second', 'third', 'fourth', 'fifth'];
      const since = sorted.map((time, place): [string, number] => [
        `fault to ${names[place]} exit`,
        time - scene.at('fault'),
      ]);
      return {
        ...Object.fromEntries(since),
        ...sinceStart(scene),
        'outage after first success': laterOutage(scene),
      };
    },
  };
}

/** The writer's longest outage among those begun after puts had succeeded again. */
function laterOutage(scene: Scene): number {
  const first = firstSuccess(scene.writer.answers, scene.at('start'));
  if (first === undefined) return 0;
  scene.marks.set('success', first + 20);
  return scene.outage('success').length;
}

export const followerRestarted: Act = {
  act: async (scene) => {
    const { cluster } = scene;
    const member = scene.followers[0]!;
    scene.mark('fault');
    await cluster.signal(member, 'SIGKILL');
    await sleep(2_000);
    scene.mark('start');
    await cluster.start(member);
    await markOpen(scene, member, 20_000);
    await scene.follows(member, 'start', 20_000);
    await sleep(2_000);
  },
  values: (scene) => {
    const member = scene.followers[0]!;
    return {
      'start to port open': sinceStartTo(scene, 'open'),
      'start to first serializable read': sinceStartTo(scene, 'answered'),
      'start to has leader': scene.since('start', FOLLOWS, member),
      'start to serving (log)': scene.since('start', SERVES, member),
      'outage after start': scene.outage('start').length,
      'leaders elected': scene.all('start', LEADER).length,
    };
  },
};

/** The leader and a follower are killed; the follower comes back after 10 s. */
export const quorumLost: Act = {
  act: async (scene) => {
    const { cluster } = scene;
    scene.mark('fault');
    const lost = [scene.leader, scene.followers[0]!];
    await Promise.all(lost.map((member) => cluster.signal(member, 'SIGKILL')));
    await sleep(10_000);
    scene.mark('start');
    await cluster.start(scene.followers[0]!);
    scene.probe('put');
    const open = markOpen(scene, scene.followers[0]!, 30_000);
    await scene.recovered('start', 30_000);
    await open;
    await sleep(1_000);
  },
  values: (scene) => {
    return {
      ...sinceStart(scene),
      'start to port open': sinceStartTo(scene, 'open'),
      'start to first serializable read': sinceStartTo(scene, 'answered'),
      'returned member leads': +(scene.all('start', LEADER).at(-1)?.member === scene.followers[0]),
    };
  },
};

export const restartedAlone: Act = {
  act: async (scene) => {
    const { cluster } = scene;
    scene.mark('fault');
    await Promise.all(cluster.places.map((place) => cluster.signal(place, 'SIGKILL')));
    scene.mark('start');
    await cluster.start(0);
    await markOpen(scene, 0, 10_000);
    scene.marks.set('end', now());
  },
  values: (scene) => ({
    'start to port open': sinceStartTo(scene, 'open'),
    'serializable read answered within 10 s': +scene.marks.has('answered'),
    'start to campaign': scene.since('start', CANDIDATE),
  }),
};
