import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../../src/engine/random-streams.ts';
import { ServerLoad } from '../../../src/model/load/server-load.ts';
import type { AnswerKind, EndpointWatcher } from '../../../src/model/network/endpoint.ts';
import { GIBIBYTE, loadOf } from '../../support/load/loads.ts';
import { RecordedEffects } from '../../support/recorded-effects.ts';

/** A server whose machine has so many bytes for it, and that refuses once it was killed. */
function killable(room: number) {
  const effects = new RecordedEffects();
  const watchers: EndpointWatcher[] = [];
  let kind: AnswerKind = 'ok';
  let kills = 0;
  const endpoint = {
    name: 'cp1',
    get answer() {
      return { kind, after: 0 };
    },
    watch: (watcher: EndpointWatcher) => void watchers.push(watcher),
  };
  const server = {
    name: 'cp1.apiServer',
    endpoint,
    room: () => room,
    overflow: () => {
      if (++kills > 10) throw new Error('killed again and again in one instant');
      kind = 'refusal';
      for (const watcher of watchers) watcher.answerChanged(endpoint, effects);
    },
    born: () => {},
    answersLists: () => true,
    watchLists: () => {},
    changed: () => {},
  };
  const draws = new RandomStreams('1').stream('load');
  return { load: new ServerLoad(server, loadOf(), draws), effects, kills: () => kills };
}

describe('an API server whose memory runs over', () => {
  it.each([-2, 0, 1])('is killed once where there are %s GiB for it', (room) => {
    const { load, effects, kills } = killable(room * GIBIBYTE);
    load.restart(1000, effects);
    expect(kills()).toBe(1);
    load.moved(500, effects);
    load.roomChanged(effects);
    for (const { time, event } of effects.asked) {
      effects.now = time;
      load.step(event, effects);
    }
    expect(kills()).toBe(1);
  });

  it('is left alone where it fits', () => {
    const { load, effects, kills } = killable(4 * GIBIBYTE);
    load.restart(1000, effects);
    expect(kills()).toBe(0);
  });
});
