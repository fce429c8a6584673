/** Members killed, stopped and frozen. Left out: members that come back (see acts-restart). */
import { CAMPAIGN, CANDIDATE, FOLLOWS, IGNORED, LEADER, LOST } from './logs.ts';
import { firstSuccess } from './probes.ts';
import type { Act, Scene, Values } from './rig.ts';
import { sleep } from './shell.ts';

/** The fine probe begins a little after the fault, so that it does not shape the logs before it. */
const FINE_AFTER = 50;

/** From a fault that took the leader away to the first put under the next one. */
export function succession(scene: Scene, mark: string): Values {
  const fault = scene.at(mark);
  const campaign = scene.since(mark, CANDIDATE);
  const elected = scene.since(mark, LEADER);
  const success = firstSuccess(scene.answers('put'), fault + (elected ?? 0) - 1);
  const rounds = scene
    .all(mark, CAMPAIGN)
    .filter(({ time }) => elected === null || time <= fault + elected).length;
  return {
    window: scene.window(mark),
    'fault to campaign': campaign,
    'campaign to elected': elected === null || campaign === null ? null : elected - campaign,
    'fault to elected': elected,
    'elected to success': success === undefined ? null : success - fault - (elected ?? 0),
    campaigns: rounds,
    ignored: scene.all(mark, IGNORED).length > 0 ? 1 : 0,
  };
}

export function leaderKilled(signal: 'SIGKILL' | 'SIGTERM'): Act {
  return {
    act: async (scene) => {
      scene.mark('fault');
      const ended = scene.cluster.signal(scene.leader, signal);
      await sleep(FINE_AFTER);
      scene.probe('put');
      scene.marks.set('exited', await ended);
      await scene.follows(scene.followers[0]!, 'fault', 30_000);
      await scene.recovered('fault', 30_000);
      await sleep(400);
    },
    values: (scene) => ({
      ...succession(scene, 'fault'),
      'fault to exit': scene.at('exited') - scene.at('fault'),
    }),
  };
}

export const followerKilled: Act = {
  act: async (scene) => {
    scene.mark('fault');
    await scene.cluster.signal(scene.followers[0]!, 'SIGKILL');
    await sleep(1_500);
  },
  values: (scene) => ({
    window: scene.window('fault'),
    'longest outage': scene.outage('fault').length,
  }),
};

/** A member stopped by SIGSTOP and resumed. */
export function leaderFrozen(seconds: number): Act {
  return {
    act: async (scene) => {
      const { cluster, leader } = scene;
      scene.mark('fault');
      cluster.signal(leader, 'SIGSTOP');
      await sleep(FINE_AFTER);
      scene.probe('put');
      await sleep(seconds * 1000 - FINE_AFTER);
      scene.mark('resumed');
      cluster.signal(leader, 'SIGCONT');
      await sleep(3_500);
    },
    values: (scene) => {
      const elected = scene.all('fault', LEADER).filter(({ member }) => member !== scene.leader)[0];
      const { length, begin } = scene.outage('resumed');
      return {
        window: scene.window('fault'),
        'fault to elected': elected === undefined ? null : elected.time - scene.at('fault'),
        moved: elected === undefined ? 0 : 1,
        'campaigns before resumed': scene
          .all('fault', CAMPAIGN)
          .filter(({ time }) => time < scene.at('resumed')).length,
        'campaigns after resumed': scene.all('resumed', CAMPAIGN).length,
        'resumed to lost leader': scene.since('resumed', LOST, scene.leader),
        'resumed to follows': scene.since('resumed', FOLLOWS, scene.leader),
        'outage begun after resumed': length,
        'resumed to its begin': begin,
      };
    },
  };
}

export function followerFrozen(seconds: number): Act {
  return {
    act: async (scene) => {
      const { cluster } = scene;
      const frozen = scene.followers[0]!;
      scene.writer.member = scene.leader;
      scene.mark('fault');
      cluster.signal(frozen, 'SIGSTOP');
      await sleep(seconds * 1000);
      scene.mark('resumed');
      cluster.signal(frozen, 'SIGCONT');
      await sleep(3_500);
    },
    values: (scene) => ({
      'outage while frozen': scene.outage('fault', 'resumed').length,
      'outage after resumed': scene.outage('resumed').length,
      'campaigns after resumed': scene.all('resumed', CAMPAIGN).length,
      'leader lost after resumed': scene.all('resumed', LOST).length,
    }),
  };
}
