/**
 * Addresses in DNS instead of a balancer. Nobody looks whether they answer: records stay until
 * somebody changes them, and clients keep what they were told for a TTL. A client tries the
 * addresses in the order told, which turns from answer to answer, until one accepts. Left out: the
 * name servers' own faults, caches that keep records for longer, and clients that look up anew.
 */
import type { Duration, Time } from '../../engine/clock.ts';
import { MILLISECOND, NEVER, SECOND } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import {
  type BalancerWatcher,
  BalancerWatchers,
  type ConnectionProxy,
  type Established,
  type LoadBalancer,
  merged,
  type Outcome,
  scaled,
} from './load-balancer.ts';

interface DnsSettings {
  readonly ttl: Duration;
  /** How long a client tries in all; it is shared out among the addresses that are left. */
  readonly dialTimeout: Duration;
  /** The least that one address gets (Go: net.partialDeadline, saneMinimum). */
  readonly leastTry: Duration;
}

/** client-go dials for 30 s at most (transport/cache.go); Go gives each address 2 s or more. */
export const GO_CLIENT: Omit<DnsSettings, 'ttl'> = {
  dialTimeout: 30 * SECOND,
  leastTry: 2 * SECOND,
};

/** While clients go over to new records they are counted anew so often in a TTL. */
const LOOKS_A_TTL = 20;
/** A TTL of 0 is looked up for each connection. */
const LEAST_TTL: Duration = MILLISECOND;

/** Which addresses were told from when on. */
interface Records {
  readonly since: Time;
  readonly addresses: readonly number[];
}

export class Dns implements Component, ConnectionProxy, BalancerWatcher {
  readonly name: string;
  private readonly settings: DnsSettings;
  private readonly addresses: readonly ConnectionProxy[];
  private readonly watchers = new BalancerWatchers();
  private readonly look: SimulationEvent = { kind: 'dnsLook', target: this };
  /** Oldest first; those that no client has any more are dropped. */
  private told: Records[] = [];
  private looksAt: Time = NEVER;

  constructor(name: string, addresses: readonly ConnectionProxy[], settings: DnsSettings) {
    this.name = name;
    this.addresses = addresses;
    this.settings = { ...settings, ttl: Math.max(settings.ttl, LEAST_TTL) };
    for (const address of new Set(addresses)) address.watch(this);
  }

  /** All addresses have been told for long. */
  restart(_effects: Effects): void {
    this.told = [{ since: -NEVER, addresses: this.addresses.map((_, index) => index) }];
    this.looksAt = NEVER;
  }

  watch(watcher: BalancerWatcher): void {
    this.watchers.add(watcher);
  }

  /** Somebody changes the records: from now on these addresses are told. */
  tell(addresses: readonly number[], effects: Effects): void {
    this.told = this.kept(effects.now);
    this.told.push({ since: effects.now, addresses: [...addresses] });
    effects.record({ kind: 'recordsChanged', subject: this.name });
    this.watchers.tell(this, effects);
    this.awaitLook(effects);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now !== this.looksAt) return;
    this.told = this.kept(effects.now);
    effects.record({ kind: 'clientsGoOver', subject: this.name });
    this.watchers.tell(this, effects);
    this.awaitLook(effects);
  }

  /** @param addresses as the users meet them who ask */
  outcomes(now: Time, addresses = this.addresses): readonly Outcome[] {
    const { ttl } = this.settings;
    return merged(
      this.told.flatMap(({ since, addresses: known }, index) => {
        // What a client knows was told at a moment spread evenly over the last TTL.
        const until = this.told[index + 1]?.since ?? now;
        const span = Math.min(until, now) - Math.max(since, now - ttl);
        const isLast = index === this.told.length - 1;
        const share = isLast && since <= now - ttl ? 1 : Math.max(0, span / ttl);
        return scaled(this.dialled(known, addresses, now), share);
      }),
    );
  }

  /** A client asks for addresses when it connects, and not again. */
  established(address: number, now: Time): Established {
    return this.addresses[address]!.established(address, now);
  }

  balancerChanged(_balancer: LoadBalancer, effects: Effects): void {
    this.watchers.tell(this, effects);
  }

  /** The records that some client may still know. */
  private kept(now: Time): Records[] {
    return this.told.filter((_, index) => {
      const next = this.told[index + 1];
      return next === undefined || next.since > now - this.settings.ttl;
    });
  }

  private awaitLook(effects: Effects): void {
    const isOver = this.told.length === 1;
    this.looksAt = isOver ? NEVER : effects.now + Math.ceil(this.settings.ttl / LOOKS_A_TTL);
    if (!isOver) effects.at(this.looksAt, this.look);
  }

  /** Each address is the first for as many clients as any other. */
  private dialled(
    known: readonly number[],
    addresses: readonly ConnectionProxy[],
    now: Time,
  ): Outcome[] {
    const nobody: Outcome = { kind: 'refusal', server: undefined, share: 1, after: 0 };
    if (known.length === 0) return [nobody];
    const proxies = known.map((address) => addresses[address]!);
    return proxies.flatMap((_, first) => {
      const turned = [...proxies.slice(first), ...proxies.slice(0, first)];
      return this.tried(turned, 0, 1 / known.length, now);
    });
  }

  /** The addresses one after the other, `waited` long after the first was tried. */
  private tried(
    [address, ...rest]: readonly ConnectionProxy[],
    waited: Duration,
    share: number,
    now: Time,
  ): Outcome[] {
    const { dialTimeout, leastTry } = this.settings;
    const left = dialTimeout - waited;
    const fair = Math.floor(left / (rest.length + 1));
    const patience = Math.min(left, Math.max(fair, leastTry));
    return address!.outcomes(now).flatMap((outcome) => {
      const { kind, after } = outcome;
      const met = { ...outcome, share: share * outcome.share, after: waited + after };
      const takes = kind === 'refusal' ? after : kind === 'silence' ? patience : NEVER;
      if (takes === NEVER) return [met];
      const goesOn = rest.length > 0 && waited + takes < dialTimeout;
      if (goesOn) return this.tried(rest, waited + takes, met.share, now);
      return [{ ...met, after: waited + takes }];
    });
  }
}

/** The same records for users who meet the addresses in a way of their own. */
export class DnsFrom implements ConnectionProxy, BalancerWatcher {
  readonly name: string;
  private readonly dns: Dns;
  private readonly addresses: readonly ConnectionProxy[];
  private readonly watchers = new BalancerWatchers();

  constructor(dns: Dns, addresses: readonly ConnectionProxy[]) {
    this.name = dns.name;
    this.dns = dns;
    this.addresses = addresses;
    dns.watch(this);
    for (const address of addresses) address.watch(this);
  }

  outcomes(now: Time): readonly Outcome[] {
    return this.dns.outcomes(now, this.addresses);
  }

  established(address: number, now: Time): Established {
    return this.addresses[address]!.established(address, now);
  }

  watch(watcher: BalancerWatcher): void {
    this.watchers.add(watcher);
  }

  balancerChanged(_balancer: LoadBalancer, effects: Effects): void {
    this.watchers.tell(this, effects);
  }
}
