/**
 * Servers over TLS for HAProxy to check, all in one process: started by rig.ts with the ports, a key
 * and a certificate. A line `port behaviour` on stdin changes one: ok, error (500), hang (reads and
 * never answers), late N (answers after N ms), mute (accepts and does not shake hands until it is
 * another), dead (the port closes and connections are reset). Answers `done` each time.
 */
import { readFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { createInterface } from 'node:readline';
import { createSecureContext, TLSSocket } from 'node:tls';

const [key, cert, ...ports] = process.argv.slice(2);
const secureContext = createSecureContext({ key: readFileSync(key), cert: readFileSync(cert) });

class Server {
  behaviour = 'ok';
  sockets = new Set();
  waiting = [];

  constructor(port) {
    this.port = port;
    this.listener = createTcpServer((socket) => this.accept(socket));
  }

  listen() {
    return new Promise((resolve) => this.listener.listen(this.port, '127.0.0.1', 511, resolve));
  }

  accept(socket) {
    this.sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
    if (this.behaviour === 'mute') this.waiting.push(socket);
    else this.greet(socket);
  }

  greet(socket) {
    const secure = new TLSSocket(socket, { isServer: true, secureContext });
    secure.on('error', () => {});
    let asked = '';
    secure.on('data', (bytes) => {
      asked += bytes;
      if (asked.includes('\r\n\r\n')) this.answer(secure);
    });
  }

  answer(socket) {
    const [kind, wait = 0] = this.behaviour.split(' ');
    if (kind === 'hang') return;
    const status = kind === 'error' ? '500 Internal Server Error' : '200 OK';
    const text = `HTTP/1.1 ${status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok`;
    setTimeout(() => socket.end(text), Number(wait));
  }

  async become(behaviour) {
    const wasDead = this.behaviour === 'dead';
    this.behaviour = behaviour;
    if (behaviour === 'dead') {
      this.listener.close();
      for (const socket of this.sockets) socket.resetAndDestroy();
    } else if (wasDead) await this.listen();
    if (behaviour === 'mute') return;
    for (const socket of this.waiting.splice(0)) if (!socket.destroyed) this.greet(socket);
  }
}

const servers = new Map(ports.map((port) => [port, new Server(Number(port))]));
await Promise.all([...servers.values()].map((server) => server.listen()));
console.log('done');
for await (const line of createInterface({ input: process.stdin })) {
  const [port, ...behaviour] = line.split(' ');
  await servers.get(port).become(behaviour.join(' '));
  console.log('done');
}
