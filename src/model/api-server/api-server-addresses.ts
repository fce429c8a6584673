/**
 * The addresses of one API server, and what each answers as its process, its network and etcd are:
 * health endpoints, and requests of clients on its own machine.
 */
import type { Effects } from '../../engine/effects.ts';
import type { Answer } from '../network/endpoint.ts';
import { ApiServerEndpoint, HANG, REFUSAL, SILENCE } from '../network/settable-endpoint.ts';
import { type Asker, healthAnswer, requestAnswer } from './api-server-answers.ts';
import { type ApiServerPhase, isAlive, LISTENING } from './api-server-phase.ts';
import { READYZ_CHECKS } from './api-server-settings.ts';
import type { EtcdRequest } from './etcd-connection.ts';

/** What an API server is at, as far as those meet it who ask it. */
export interface ServerState {
  readonly phase: ApiServerPhase;
  /** Whether packets pass between it and those who ask it. */
  readonly isReachable: boolean;
  readonly isFrozen: boolean;
}

/** What requests meet that write; those that read may meet something else. */
export class RequestEndpoint extends ApiServerEndpoint {
  /** For reads of fresh state. */
  readonly reads = new ApiServerEndpoint(`${this.name}/reads`);
}

export class ApiServerAddresses {
  readonly livez: ApiServerEndpoint;
  readonly readyz: ApiServerEndpoint;
  readonly healthz: ApiServerEndpoint;
  readonly requests: RequestEndpoint;
  private readonly asker: Asker;

  constructor(name: string, asker: Asker) {
    this.asker = asker;
    this.livez = new ApiServerEndpoint(`${name}/livez`);
    this.readyz = new ApiServerEndpoint(`${name}/readyz`);
    this.healthz = new ApiServerEndpoint(`${name}/healthz`);
    this.requests = new RequestEndpoint(`${name}/requests`);
  }

  /** As at the start of a replication, when nobody is told. */
  reset(server: ServerState): void {
    this.each(server, (endpoint, answer) => endpoint.reset(answer));
  }

  show(server: ServerState, effects: Effects): void {
    this.each(server, (endpoint, answer) => endpoint.become(answer, effects));
  }

  /** Each as the server is at its turn: whoever is told may end the process. */
  private each(server: ServerState, tell: (to: ApiServerEndpoint, answer: Answer) => void): void {
    tell(this.livez, this.health(server, isAlive(server.phase), 1));
    tell(this.healthz, this.health(server, isAlive(server.phase), 1));
    tell(this.readyz, this.health(server, server.phase === 'serving', READYZ_CHECKS));
    tell(this.requests.reads, this.request(server, 'linearizableRead'));
    tell(this.requests, this.request(server, 'write'));
  }

  private health(server: ServerState, isWell: boolean, checks: number): Answer {
    return unheard(server) ?? healthAnswer(this.asker, isWell, checks);
  }

  /** Nobody is let in before its hooks are done. */
  private request(server: ServerState, request: EtcdRequest): Answer {
    if (!isAlive(server.phase)) return this.health(server, false, 0);
    return unheard(server) ?? requestAnswer(this.asker, request);
  }
}

/** What all meet where nobody there answers anything. */
function unheard({ phase, isReachable, isFrozen }: ServerState): Answer | undefined {
  if (!isReachable) return SILENCE;
  if (!LISTENING.has(phase)) return REFUSAL;
  return isFrozen ? HANG : undefined;
}
