/** Commented scenarios to start from, one a layout; `quorate init` prints them. */

const HEAD: Readonly<Record<'stacked' | 'external', string>> = {
  stacked: `# Does a stacked cluster in three zones keep 99.95 % on cloud machines?
#
# The first line is the question; reports open with it. \`quorate check FILE\` finds mistakes,
# \`quorate explain FILE\` shows every parameter in force with its source.
quorate: 1
name: Stacked, three machines in three zones

# Each machine carries an API server and an etcd member: cp1, cp2, cp3.
topology:
  layout: stacked
  controlPlanes: 3
  zones: [a, b, c]                  # dealt round robin, or { a: [cp1], b: [cp2], c: [cp3] }
  loadBalancer: none                # haproxy, haproxy-keepalived, kube-vip, cloud, client-side, dns
`,
  external: `# Does external etcd in three zones keep 99.95 % on cloud machines?
#
# The first line is the question; reports open with it. \`quorate check FILE\` finds mistakes,
# \`quorate explain FILE\` shows every parameter in force with its source.
quorate: 1
name: External etcd, three machines beside two API servers

# API servers cp1, cp2; etcd members etcd1, etcd2, etcd3 on machines of their own.
topology:
  layout: external
  controlPlanes: 2
  etcdMembers: 3
  zones: [a, b, c]                  # each kind of machine is dealt round robin
  loadBalancer: haproxy-keepalived  # machines lb1, lb2: placed, and they fail
`,
};

const REST = `
# etcd, message by message, by the rules of its version. Without these four sections, and where
# nothing below asks for etcd.write, etcd.read or data, only its structure counts: that is faster.
etcd:
  version: 3.5                      # 3.4 | 3.5 | 3.6
  heartbeatInterval: 100 ms
  electionTimeout: 1000 ms
  writes: 10 / second               # or none; leases of nodes and leaders for the most part
  databaseSize: 200 MB
network:                            # round trips
  sameZone: 0.25 ms
  betweenZones: { roundTrip: 1 ms, jitter: 0.2 ms }
disk:
  fsync: { lognormal: { median: 1 ms, p99: 8 ms } }
backup: { every: 1 h, restore: 45 min }
# How long each simulated history is, and how many there are.
seed: 1                             # the same seed gives the same results
horizon: 1 year                     # a year is 8760 h
replications: 1000                  # or precision: 5 %, to run until the interval is that narrow

# What fails. A preset gives rates with their sources; what stands beside it wins over it.
failures:
  use: cloud-vm                     # cloud-vm | bare-metal | none
  machine.crash: { mttf: 4 months, repair: exponential 15 min }
  # etcd.crash: none                # takes a failure out of the preset
  # disk.slow: { mttf: 100 years, repair: 4 h, detection: exponential 7 days }
  # disk.failure: { afr: 0.98 %, repair: { lognormal: { mean: 24 h, median: 8 h } } }

# What is planned or played through.
events:
  - name: patching
    every: 30 days
    rollingReboot: { machines: all, down: 5 min, gap: 10 min }
  - { name: leaderStalls, at: 2 h, stallDisk: leader, for: 3 s }
  # - { at: 3 h, fail: a, for: 10 min }

# Who repairs what does not come back by itself.
repair:
  crews: 2                          # or unlimited
  # hours: { days: mon-fri, from: '9:00', to: '17:00' }

# Anything else that the platform leans on, and levels that need it.
components:
  kms: { mttf: 180 days, repair: 20 min }
levels:
  controlPlane: etcd.quorum and any(controlPlanes)
  signup: controlPlane and kms

# What must hold; the exit code says whether it does.
objectives:
  - availability(etcd.quorum) >= 99.95 %
  - availability(etcd.write) >= 99.9 %
  - outagesPerYear(controlPlane) <= 1
`;

/** The text of a scenario file that parses without a problem. */
export function starter(layout: 'stacked' | 'external'): string {
  return HEAD[layout] + REST;
}
