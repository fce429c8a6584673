/**
 * Named sets of rates that `failures: { use: ... }` draws on, each figure with its source. Rates of
 * real fleets differ: replace them by your own.
 */

import type { Evidence } from '../../faults/kinds/fault-kind.ts';
import type { FaultKey } from '../../faults/kinds/fault-kinds.ts';
import type { Source } from '../origin.ts';
import { PRESET_NAMES } from './failure-schema.ts';
import type { Written } from './key.ts';

interface Sourced {
  /** As a scenario file would write it. */
  readonly value: Written;
  readonly source: string;
  readonly evidence: Evidence;
}

/** Settings of a failure, such as `mttf`. */
type PresetMode = Readonly<Record<string, Sourced>>;

type Preset = Readonly<Partial<Record<FaultKey, PresetMode>>>;

type PresetName = (typeof PRESET_NAMES)[number];

/** Read in the source. */
function read(value: Written, source: string): Sourced {
  return { value, source, evidence: 'V' };
}

function assumed(value: Written, source: string): Sourced {
  return { value, source, evidence: 'A' };
}

const SIMEDC =
  'SimEDC defaults, built on Ford et al., OSDI 2010 (github.com/millyz/SimEDC, simedc.py)';

const CRASH: PresetMode = {
  mttf: read('2890.8 h', SIMEDC),
  repair: read({ exponential: { mean: '15 min' } }, SIMEDC),
};

const CRASHES = 'crashes and out-of-memory kills of a process; no published rate';

const ETCD_CRASH: PresetMode = {
  mttf: assumed('2000 h', CRASHES),
  repair: assumed('10 s', 'start-up of etcd; the back-off of the kubelet comes before it'),
};

const API_SERVER_CRASH: PresetMode = { mttf: assumed('500 h', CRASHES) };

const ZONE_OUTAGE: PresetMode = {
  mttf: assumed('7 years', 'power or cooling of one zone once in 4 to 10 years'),
  repair: assumed(
    { lognormal: { median: '2 h', p95: '15 h' } },
    'public incident reports show 1 to 3 h, with a tail of a day and more',
  ),
};

const BY_HAND: Written = { lognormal: { mean: '24 h', median: '8 h' } };
const REPLACED = 'a cloud replaces a virtual machine in 3 to 10 min when that is automated';
const ON_SITE = 'replacement of a server on site, next business day with a tail';
const NEW_DRIVE = 'replacement of a drive on site; hands-on time is under an hour';
const NEW_SWITCH =
  'median of Gill et al., SIGCOMM 2011 (as reported in github.com/aphyr/partitions-post); ' +
  'its longest, a week, is taken as p99';

const CLOUD_VM: Preset = {
  'machine.crash': CRASH,
  'machine.loss': {
    mttf: read('91250 h', SIMEDC),
    repair: assumed({ uniform: ['3 min', '10 min'] }, REPLACED),
    by: assumed('itself', REPLACED),
  },
  'machine.isolation': {
    mttf: assumed('8760 h', 'one machine cut off once a year'),
    repair: assumed(
      { lognormal: { median: '165 min', p95: '12 h' } },
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
    mttf: read('91250 h', SIMEDC),
    repair: assumed(BY_HAND, ON_SITE),
    by: assumed('crew', ON_SITE),
  },
  'etcd.crash': ETCD_CRASH,
  'disk.failure': {
    afr: read('0.98 %', 'boot SSDs in 2022, Backblaze drive stats (gigazine.net, 2023-03-10)'),
    repair: assumed(BY_HAND, NEW_DRIVE),
    by: assumed('crew', NEW_DRIVE),
  },
  'switch.failure': {
    afr: read(
      '5 %',
      'top-of-rack switches in Gill et al., SIGCOMM 2011 (as reported in study.space)',
    ),
    repair: assumed({ lognormal: { median: '5 min', p99: '7 days' } }, NEW_SWITCH),
    by: assumed('crew', NEW_SWITCH),
  },
  'rack.outage': {
    mttf: read('87600 h', SIMEDC),
    repair: read('10 h + exponential 24 h', SIMEDC),
    by: read('crew', SIMEDC),
  },
  'zone.outage': ZONE_OUTAGE,
  'apiServer.crash': API_SERVER_CRASH,
};

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  'cloud-vm': CLOUD_VM,
  'bare-metal': BARE_METAL,
  none: {},
};

/**
 * The presets in use as sources of values, the strongest first.
 * @param use what `failures.use` says
 */
export function presetLayers(use: Written): Source[] {
  const names: readonly unknown[] = Array.isArray(use) ? use : [use];
  const known = names.filter((name) => PRESET_NAMES.some((one) => one === name));
  return (known as PresetName[]).toReversed().map((preset) => ({
    values: { failures: valuesOf(PRESETS[preset]) },
    origin: ([, mode, key]) => {
      const { source, evidence } = PRESETS[preset][mode as FaultKey]![String(key)]!;
      return { kind: 'preset', preset, source, evidence };
    },
  }));
}

function valuesOf(preset: Preset): Record<string, Written> {
  return Object.fromEntries(
    Object.entries(preset).map(([mode, settings]) => [
      mode,
      Object.fromEntries(Object.entries(settings).map(([key, { value }]) => [key, value])),
    ]),
  );
}
