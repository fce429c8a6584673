/** Members and links cut and healed, one way or both. */

import { succession } from './acts-process.ts';
import { CAMPAIGN, FOLLOWS, LEADER, LOST, STEPPED_DOWN } from './logs.ts';
import { firstSuccess } from './probes.ts';
import type { Act, Scene, Values } from './rig.ts';
import { sleep } from './shell.ts';

/** A member still quiet after so long would be a finding of its own. */
const CONTACT_PATIENCE = 15_000;
/** How long disturbances are waited for once the member follows again. */
const AFTERMATH = 4_000;

/**
 * Waits for the end of a cut, less the time that healing takes to prepare. Contact returns by
 * TCP's own clocks, which a cut of always the same length would always meet in the same phase.
 */
async function waitUncommonly(seconds: number): Promise<void> {
  await sleep(seconds * 1000 - 600 + Math.random() * 1000);
}

async function healAndWatch(scene: Scene, member: number): Promise<void> {
  scene.probe('put');
  await sleep(100);
  scene.mark('heal');
  await scene.cluster.network.heal();
  scene.mark('healed');
  await scene.follows(member, 'heal', CONTACT_PATIENCE);
  await sleep(AFTERMATH);
}

function healing(scene: Scene, member: number): Values {
  const { length, begin } = scene.outage('heal');
  const follows = scene.all('heal', FOLLOWS, member);
  const losses = scene.all('heal', LOST).filter((event) => event.member !== member);
  const heal = scene.at('heal');
  const leaders = scene.all('heal', LEADER);
  return {
    'outage after heal': length,
    'heal to its begin': begin,
    'heal to follows first': follows[0] === undefined ? null : follows[0].time - heal,
    'heal to follows last': follows.length === 0 ? null : follows.at(-1)!.time - heal,
    'heal to first loss': losses[0] === undefined ? null : losses[0].time - heal,
    'leaders elected after heal': leaders.length,
    'old leader again': leaders.length === 0 ? null : +(leaders.at(-1)!.member === scene.leader),
    'healed member leads': leaders.length === 0 ? null : +(leaders.at(-1)!.member === member),
    'campaigns after heal': scene.all('heal', CAMPAIGN).length,
    'longest fine gap after heal': longestFineGap(scene, heal),
  };
}

function longestFineGap(scene: Scene, from: number): number | null {
  const ends = scene
    .answers('put')
    .filter(({ succeeded, ended }) => succeeded && ended > from - 80)
    .map(({ ended }) => ended)
    .sort((one, other) => one - other);
  if (ends.length === 0) return null;
  return Math.max(...ends.slice(1).map((end, place) => end - ends[place]!));
}

function campaignsWhileCut(scene: Scene, member: number): number {
  return scene.all('cut', CAMPAIGN, member).filter(({ time }) => time < scene.at('heal')).length;
}

export function followerCut(seconds: number): Act {
  const cut = (scene: Scene) => scene.followers[0]!;
  return {
    act: async (scene) => {
      scene.writer.member = [scene.leader, scene.followers[1]!][Math.random() < 0.5 ? 0 : 1]!;
      scene.mark('cut');
      await scene.cluster.network.cutOff(cut(scene));
      await waitUncommonly(seconds);
      await healAndWatch(scene, cut(scene));
    },
    values: (scene) => ({
      'outage while cut': scene.outage('cut', 'heal').length,
      'campaigns while cut': campaignsWhileCut(scene, cut(scene)),
      ...healing(scene, cut(scene)),
    }),
  };
}

export function leaderCut(seconds: number): Act {
  return {
    act: async (scene) => {
      scene.mark('cut');
      await scene.cluster.network.cutOff(scene.leader);
      scene.mark('cut off');
      scene.probe('put');
      await waitUncommonly(seconds);
      await healAndWatch(scene, scene.leader);
    },
    values: (scene) => {
      const phases = succession(scene, 'cut');
      return {
        ...phases,
        // The rules are not in force all at once: the last put may succeed after the mark.
        window: scene.window('cut off'),
        'cut to stepped down': scene.since('cut', STEPPED_DOWN, scene.leader),
        'cut to lost leader': scene.since('cut', LOST, scene.leader),
        'campaigns of the old leader': campaignsWhileCut(scene, scene.leader),
        ...healing(scene, scene.leader),
        'heal to any success':
          (firstSuccess(scene.answers('put'), scene.at('heal')) ?? 0) - scene.at('heal'),
      };
    },
  };
}

/** The link between the leader and one follower; the other follower sees both. */
export function linkCut(seconds: number): Act {
  return {
    act: async (scene) => {
      const { leader, followers } = scene;
      scene.writer.member = [leader, followers[1]!][Math.random() < 0.5 ? 0 : 1]!;
      scene.mark('cut');
      await scene.cluster.network.cutLink(leader, followers[0]!);
      await waitUncommonly(seconds);
      await healAndWatch(scene, followers[0]!);
    },
    values: (scene) => {
      const cutLeaders = scene.all('cut', LEADER).filter(({ time }) => time < scene.at('heal'));
      return {
        'outage while cut': scene.outage('cut', 'heal').length,
        'leaders elected while cut': cutLeaders.length,
        'campaigns while cut': campaignsWhileCut(scene, scene.followers[0]!),
        ...healing(scene, scene.followers[0]!),
      };
    },
  };
}

/** All that the leader sends to others is lost, or all that they send to it. */
export function oneWayCut(lost: 'sent' | 'received', seconds: number): Act {
  return {
    act: async (scene) => {
      const { cluster, leader, followers } = scene;
      scene.mark('cut');
      await Promise.all(
        followers.map((other) =>
          lost === 'sent'
            ? cluster.network.deafen(other, leader)
            : cluster.network.deafen(leader, other),
        ),
      );
      scene.mark('cut off');
      scene.probe('put');
      await waitUncommonly(seconds);
      await healAndWatch(scene, leader);
    },
    values: (scene) => ({
      ...succession(scene, 'cut'),
      'cut to stepped down': scene.since('cut', STEPPED_DOWN, scene.leader),
      'cut to lost leader': scene.since('cut', LOST, scene.leader),
      ...healing(scene, scene.leader),
    }),
  };
}
