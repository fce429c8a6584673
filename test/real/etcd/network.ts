/**
 * A namespace for each member, on two networks: one to its clients, never disturbed, and one
 * between the members, which can be cut and delayed. A cut drops silently what arrives, as a
 * firewall does: connections stay open and TCP sends again. Left out: loss, jitter, rates.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { helper, run } from './shell.ts';

export class Network {
  readonly slot: number;
  readonly members: number;
  private readonly delay: number;
  private hub: ChildProcess | undefined;

  /** @param delay milliseconds one way between members */
  constructor(slot: number, members: number, delay: number) {
    this.slot = slot;
    this.members = members;
    this.delay = delay;
  }

  namespace(member: number): string {
    return `quorate${this.slot}-${member}`;
  }

  clientAddress(member: number): string {
    return `10.77.${this.slot}.${member + 1}`;
  }

  peerAddress(member: number): string {
    return `10.78.${this.slot}.${member + 1}`;
  }

  private get places(): number[] {
    return Array.from({ length: this.members }, (_, member) => member);
  }

  async create(): Promise<void> {
    await this.destroy();
    const { slot, places } = this;
    const lines = [`link add qr${slot}c type bridge`, `link set qr${slot}c up`];
    lines.push(`addr add 10.77.${slot}.254/24 dev qr${slot}c`);
    if (this.delay > 0) await this.startHub();
    else lines.push(`link add qr${slot}p type bridge`, `link set qr${slot}p up`);
    for (const member of places) {
      lines.push(`netns add ${this.namespace(member)}`, ...this.wire('c', member));
      lines.push(...(this.delay > 0 ? this.moveTap(member) : this.wire('p', member)));
    }
    await run('ip', ['-batch', '-'], `${lines.join('\n')}\n`);
    await Promise.all(places.map((member) => this.bringUp(member)));
  }

  private wire(kind: 'c' | 'p', member: number): string[] {
    const outer = `qr${this.slot}${kind}${member}`;
    const inner = kind === 'c' ? 'client' : 'peer';
    return [
      `link add ${outer} type veth peer name ${inner} netns ${this.namespace(member)}`,
      `link set ${outer} master qr${this.slot}${kind}`,
      `link set ${outer} up`,
    ];
  }

  private moveTap(member: number): string[] {
    const tap = `qr${this.slot}t${member}`;
    const address = `02:00:00:00:${String(this.slot).padStart(2, '0')}:0${member + 1}`;
    return [
      `link set ${tap} address ${address}`,
      `link set ${tap} netns ${this.namespace(member)} name peer`,
    ];
  }

  private async startHub(): Promise<void> {
    const taps = this.places.map((member) => `qr${this.slot}t${member}`);
    const hub = spawn(await helper('delay-hub'), [String(this.delay), ...taps]);
    this.hub = hub;
    await new Promise((resolve, reject) => {
      hub.stdout.once('data', resolve);
      hub.once('exit', () => reject(new Error('delay-hub could not start')));
    });
  }

  private async bringUp(member: number): Promise<void> {
    const lines = [
      'link set lo up',
      `addr add ${this.clientAddress(member)}/24 dev client`,
      `addr add ${this.peerAddress(member)}/24 dev peer`,
      'link set client up',
      'link set peer up',
    ];
    await run('ip', ['-n', this.namespace(member), '-batch', '-'], `${lines.join('\n')}\n`);
  }

  /** Drops at `receiver` all that `sender` sends from now on. */
  async deafen(receiver: number, sender: number): Promise<void> {
    const rule = ['iptables', '-w', '-A', 'INPUT', '-s', this.peerAddress(sender), '-j', 'DROP'];
    await run('ip', ['netns', 'exec', this.namespace(receiver), ...rule]);
  }

  async cutLink(one: number, other: number): Promise<void> {
    await Promise.all([this.deafen(one, other), this.deafen(other, one)]);
  }

  /** Cuts a member off from all others, both ways. */
  async cutOff(member: number): Promise<void> {
    const others = this.places.filter((place) => place !== member);
    const all = ['iptables', '-w', '-A', 'INPUT', '-i', 'peer', '-j', 'DROP'];
    await Promise.all([
      run('ip', ['netns', 'exec', this.namespace(member), ...all]),
      ...others.map((other) => this.deafen(other, member)),
    ]);
  }

  async heal(): Promise<void> {
    const flush = ['iptables', '-w', '-F', 'INPUT'];
    const { places } = this;
    await Promise.all(
      places.map((place) => run('ip', ['netns', 'exec', this.namespace(place), ...flush])),
    );
  }

  /** Also what a run that was broken off has left. */
  async destroy(): Promise<void> {
    this.hub?.kill('SIGKILL');
    const spaces = (await run('ip', ['netns', 'list'])).match(/^quorate\d+-\d+/gm) ?? [];
    for (const space of spaces.filter((name) => name.startsWith(`quorate${this.slot}-`))) {
      const left = (await run('ip', ['netns', 'pids', space])).split('\n').filter(Boolean);
      for (const id of left) process.kill(Number(id), 'SIGKILL');
      await run('ip', ['netns', 'del', space]);
    }
    const links = await run('ip', ['-brief', 'link']);
    for (const [, name] of links.matchAll(new RegExp(`^(qr${this.slot}[cp]\\d*)[ @]`, 'gm'))) {
      await run('ip', ['link', 'del', name!]).catch(() => {});
    }
  }
}
