/**
 * Named sets of rates that `failures: { use: ... }` draws on, each figure with its source. V: read
 * in the source; A: an assumption. Rates of real fleets differ: replace them by your own.
 */

import type { FaultKey } from '../../faults/kinds/fault-kinds.ts';
import type { Evidence } from '../scenario.ts';

export interface Source {
  readonly source: string;
  readonly evidence: Evidence;
}

export interface PresetMode {
  /** The settings as a scenario file would write them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of how often it fails. */
  readonly life: Source;
  /** Of how long the repair takes, and of who does it. */
  readonly repair: Source;
}

export type Preset = Readonly<Partial<Record<FaultKey, PresetMode>>>;

export type PresetName = 'cloud-vm' | 'bare-metal' | 'none';

const verified = (source: string): Source => ({ source, evidence: 'V' });
const assumed = (source: string): Source => ({ source, evidence: 'A' });

const SIMEDC = verified(
  'SimEDC defaults, built on Ford et al., OSDI 2010 (github.com/millyz/SimEDC, simedc.py)',
);

const CRASH: PresetMode = {
  settings: { mttf: '2890.8 h', repair: { exponential: { mean: '15 min' } } },
  life: SIMEDC,
  repair: SIMEDC,
};

const ETCD_CRASH: PresetMode = {
  settings: { mttf: '2000 h', repair: '10 s' },
  life: assumed('crashes and out-of-memory kills of a process; no published rate'),
  repair: assumed('start-up of etcd; the back-off of the kubelet comes before it'),
};

const API_SERVER_CRASH: PresetMode = {
  settings: { mttf: '500 h' },
  life: assumed('crashes and out-of-memory kills of a process; no published rate'),
  repair: assumed('none: the kubelet starts it again'),
};

const ZONE_OUTAGE: PresetMode = {
  settings: { mttf: '7 years', repair: { lognormal: { median: '2 h', p95: '15 h' } } },
  life: assumed('power or cooling of one zone once in 4 to 10 years'),
  repair: assumed('public incident reports tell of 1 to 3 h, with a tail of a day and more'),
};

const BY_HAND = { lognormal: { mean: '24 h', median: '8 h' } };

const CLOUD_VM: Preset = {
  'machine.crash': CRASH,
  'machine.loss': {
    settings: { mttf: '91250 h', repair: { uniform: ['3 min', '10 min'] }, by: 'itself' },
    life: SIMEDC,
    repair: assumed('a cloud replaces a virtual machine in 3 to 10 min when that is automated'),
  },
  'machine.isolation': {
    settings: { mttf: '8760 h', repair: { lognormal: { median: '165 min', p95: '12 h' } } },
    life: assumed('one machine cut off once a year'),
    repair: assumed(
      'median of HP network tickets of top priority (HPL-2012-101, in Bailis and Kingsbury, ' +
        'github.com/aphyr/partitions-post); the tail is an assumption',
    ),
  },
  'etcd.crash': ETCD_CRASH,
  'zone.outage': ZONE_OUTAGE,
  'apiServer.crash': API_SERVER_CRASH,
};

const BARE_METAL: Preset = {
  'machine.crash': CRASH,
  'machine.loss': {
    settings: { mttf: '91250 h', repair: BY_HAND, by: 'crew' },
    life: SIMEDC,
    repair: assumed('replacement of a server on site, next business day with a tail'),
  },
  'etcd.crash': ETCD_CRASH,
  'disk.failure': {
    settings: { afr: '0.98 %', repair: BY_HAND, by: 'crew' },
    life: verified('boot SSDs in 2022, Backblaze drive stats (gigazine.net, 2023-03-10)'),
    repair: assumed('replacement of a drive on site; hands-on time is under an hour'),
  },
  'switch.failure': {
    settings: { afr: '5 %', repair: { lognormal: { median: '5 min', p99: '7 days' } }, by: 'crew' },
    life: verified('top-of-rack switches in Gill et al., SIGCOMM 2011 (as told in study.space)'),
    repair: assumed(
      'median of Gill et al., SIGCOMM 2011 (as told in github.com/aphyr/partitions-post); ' +
        'its longest, a week, is taken as p99',
    ),
  },
  'rack.outage': {
    settings: { mttf: '87600 h', repair: '10 h + exponential 24 h', by: 'crew' },
    life: SIMEDC,
    repair: SIMEDC,
  },
  'zone.outage': ZONE_OUTAGE,
  'apiServer.crash': API_SERVER_CRASH,
};

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  'cloud-vm': CLOUD_VM,
  'bare-metal': BARE_METAL,
  none: {},
};

/** In use where a scenario has no `failures` at all. */
export const DEFAULT_PRESET: PresetName = 'cloud-vm';
