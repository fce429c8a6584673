/**
 * A real HAProxy before servers of ours on loopback, and when it marks them DOWN and UP by its own
 * log. Packets are dropped by iptables where a server is to be silent: that needs root. Left out:
 * anything about the model.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface, type Interface } from 'node:readline';

export const HAPROXY = process.env.HAPROXY ?? 'haproxy';

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** What is missing on this machine, or undefined. */
export function missing(): string | undefined {
  for (const [program, option, parcel] of [
    [HAPROXY, '-v', 'haproxy'],
    ['openssl', 'version', 'openssl'],
  ] as const) {
    if (spawnSync(program, [option]).status !== 0) {
      return `${program} is not installed (Debian: apt-get install -y ${parcel})`;
    }
  }
  return undefined;
}

/** Whether packets to a server may be dropped here. */
export function maySilence(): boolean {
  return spawnSync('iptables', ['-w', '-L', '-n']).status === 0;
}

export function version(): string {
  return execFileSync(HAPROXY, ['-v'], { encoding: 'utf8' }).split(' ')[2]!;
}

export interface Setting {
  /** Of `default-server`, such as `inter 2s fall 3 rise 2`. */
  readonly server: string;
  /** Lines of `defaults`, such as `timeout check 10s`. */
  readonly defaults: readonly string[];
  /** What servers are asked; false for no checks. */
  readonly checks: false | Checks;
}

export interface Checks {
  readonly kind: 'httpchk' | 'ssl-hello-chk' | 'tcp-check';
  /** `check-ssl`. */
  readonly ssl: boolean;
}

const OPTIONS: Readonly<Record<Checks['kind'], readonly string[]>> = {
  httpchk: ['option httpchk GET /healthz', 'http-check expect status 200'],
  'ssl-hello-chk': ['option ssl-hello-chk'],
  'tcp-check': [],
};

interface Mark {
  readonly server: string;
  readonly state: string;
  readonly at: number;
}

export class Rig {
  readonly ports: readonly number[];
  readonly front: number;
  private readonly folder = mkdtempSync(join(tmpdir(), 'quorate-real-haproxy-'));
  private readonly silent = new Set<number>();
  private marks: Mark[] = [];
  private servers: ChildProcess | undefined = undefined;
  private answers: AsyncIterator<string> | undefined = undefined;
  private haproxy: ChildProcess | undefined = undefined;
  private log: Interface | undefined = undefined;

  constructor(firstPort: number, count: number) {
    this.front = firstPort;
    this.ports = Array.from({ length: count }, (_, index) => firstPort + 1 + index);
  }

  async start(): Promise<void> {
    const key = join(this.folder, 'key.pem');
    const cert = join(this.folder, 'cert.pem');
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const files = ['-subj', '/CN=localhost', '-keyout', key, '-out', cert];
    execFileSync('openssl', [...made, ...files], { stdio: 'ignore' });
    const script = 'test/real/haproxy/servers.mjs';
    const args = [script, key, cert, ...this.ports.map(String)];
    this.servers = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: this.servers.stdout! });
    this.answers = lines[Symbol.asyncIterator]();
    const { done } = await this.answers.next();
    if (done === true) throw new Error(`no servers on ports ${this.front} and above`);
  }

  async become(port: number, behaviour: string): Promise<void> {
    const isSilent = behaviour === 'silent';
    if (isSilent !== this.silent.has(port)) this.drop(isSilent ? '-I' : '-D', port);
    if (isSilent) return;
    this.servers!.stdin!.write(`${port} ${behaviour}\n`);
    await this.answers!.next();
  }

  /** Starts HAProxy anew; it takes all servers as UP and has looked at each when this ends. */
  async serve(setting: Setting): Promise<void> {
    this.quit();
    const file = join(this.folder, 'haproxy.cfg');
    writeFileSync(file, this.config(setting));
    execFileSync(HAPROXY, ['-c', '-q', '-f', file]);
    this.marks = [];
    this.haproxy = spawn(HAPROXY, ['-db', '-f', file], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.log = createInterface({ input: this.haproxy.stdout! });
    this.log.on('line', (line) => {
      const found = /Server api\/(s\d+) is (UP|DOWN)/.exec(line);
      if (found !== null) this.marks.push({ server: found[1]!, state: found[2]!, at: now() });
    });
    await sleep(300);
  }

  /** Milliseconds from `from` until a server is first marked so, undefined if it was not yet. */
  marked(index: number, state: 'UP' | 'DOWN', from: number): number | undefined {
    const found = this.marks.find(
      (mark) => mark.server === `s${index}` && mark.state === state && mark.at >= from,
    );
    return found === undefined ? undefined : Math.round(found.at - from);
  }

  stop(): void {
    this.quit();
    this.servers?.kill('SIGKILL');
    for (const port of [...this.silent]) this.drop('-D', port);
    rmSync(this.folder, { recursive: true });
  }

  private quit(): void {
    this.log?.close();
    this.haproxy?.kill('SIGKILL');
    this.haproxy = undefined;
  }

  private drop(what: '-I' | '-D', port: number): void {
    // Both ways, as where a machine is gone.
    for (const end of ['--dport', '--sport']) {
      const rule = ['-w', what, 'INPUT', '-i', 'lo', '-p', 'tcp', end, String(port)];
      execFileSync('iptables', [...rule, '-j', 'DROP']);
    }
    if (what === '-I') this.silent.add(port);
    else this.silent.delete(port);
  }

  private config({ server, defaults, checks }: Setting): string {
    const ssl = checks !== false && checks.ssl ? 'check-ssl verify none' : '';
    const check = checks === false ? '' : `check ${ssl}`;
    const options = checks === false ? [] : OPTIONS[checks.kind];
    return [
      'global',
      '  log stdout format raw local0 notice',
      'defaults',
      '  mode tcp',
      '  log global',
      ...['timeout client 35s', 'timeout server 35s', ...defaults].map((line) => `  ${line}`),
      'frontend users',
      `  bind 127.0.0.1:${this.front}`,
      '  default_backend api',
      'backend api',
      '  balance roundrobin',
      ...options.map((line) => `  ${line}`),
      ...this.ports.map((port, at) => `  server s${at} 127.0.0.1:${port} ${check} ${server}`),
      '',
    ].join('\n');
  }
}

/** Milliseconds. */
export function now(): number {
  return performance.now();
}
