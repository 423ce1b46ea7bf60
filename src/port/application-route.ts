import type { IncomingMessage, ServerResponse } from 'node:http';
import { header, type Role } from '../onebot/identity.ts';
import { text } from '../support/text.ts';
import { type Refusal, refused } from './admission.ts';
import { type Callers, pathOf, wantedBot } from './callers.ts';
import type { ApplicationGate, ApplicationPeer } from './types.ts';

/**
 * Applications that dial in as if the bridge were a OneBot implementation: forward WebSocket on `/`, `/api` and `/event`
 * (OneBot 11, `communication/ws.md`) and server-sent events on `/_events`, also behind `/<server name>`.
 */
export class ApplicationRoute {
  readonly #gate: ApplicationGate;
  #callers: Callers;

  constructor(callers: Callers, gate: ApplicationGate) {
    this.#callers = callers;
    this.#gate = gate;
  }

  configure(callers: Callers): void {
    this.#callers = callers;
  }

  /** Whether that path is asked for events, not for an action. */
  isStream(url: string): boolean {
    return /(?:^|\/)_events$/.test(pathOf(url));
  }

  /** Who wants to open a WebSocket, or how it is to be refused. */
  admit(request: IncomingMessage): ({ kind: 'admitted' } & ApplicationPeer) | Refusal {
    return this.#admit(request, ROLES_OF_PATHS);
  }

  /**
   * Whether the peer is an application and no bot. Its `X-Client-Role` is not considered: ZeroBot sends `Universal`
   * when it dials.
   */
  isListenServer({ headers, url = '/' }: IncomingMessage): boolean {
    return this.#callers.isListenServer(headers, url);
  }

  /** Begins to send events, or says how the request is to be refused. */
  stream(request: IncomingMessage, response: ServerResponse): Refusal | undefined {
    const peer = this.#admit(request, STREAM_PATHS);
    if (peer.kind === 'refused') return peer;
    this.#gate.stream(response, peer);
    return undefined;
  }

  #admit(
    request: IncomingMessage,
    roles: ReadonlyMap<string, Role>,
  ): ({ kind: 'admitted' } & ApplicationPeer) | Refusal {
    const { headers, url = '/', socket } = request;
    const caller = this.#callers.identify(headers, url, 'connection');
    if (caller.kind === 'refused') return caller;
    const { server } = caller;
    const role = roles.get(caller.path);
    if (role === undefined)
      return refused(404, text`there is no WebSocket at this path`, text`connect to ${pathsOf(roles)}`);
    const selfId = wantedBot(url);
    if (selfId === null) return refused(400, text`self_id is not an account id`);
    if (selfId !== undefined && server?.bots?.includes(selfId) === false) {
      return refused(
        403,
        text`bot ${selfId} is not in bots of server ${server.name}`,
        text`add it to bots of the entry`,
      );
    }
    if (role === 'Event' && server === undefined)
      return refused(401, text`without a token nobody gets events`, NO_EVENTS);
    if (role === 'Event' && server?.protocol !== 'listen') {
      return refused(
        403,
        text`server ${server?.name ?? ''} gets its events otherwise`,
        text`set protocol: listen in its entry`,
      );
    }
    const userAgent = header(headers, 'user-agent');
    const peer: ApplicationPeer = {
      role,
      remote: `${socket.remoteAddress}:${socket.remotePort}`,
      transport: socket,
      ...(server === undefined ? {} : { server }),
      ...(selfId === undefined ? {} : { selfId }),
      ...(userAgent === undefined ? {} : { userAgent }),
    };
    const refusal = this.#gate.refusal(peer);
    return refusal === undefined ? { kind: 'admitted', ...peer } : refused(503, refusal);
  }
}

/** What connects where. `/ws`: where many frameworks expect reverse WebSockets. */
const ROLES_OF_PATHS = new Map<string, Role>([
  ['', 'Universal'],
  ['api', 'API'],
  ['event', 'Event'],
  ['ws', 'Universal'],
]);
const STREAM_PATHS = new Map<string, Role>([['_events', 'Event']]);

function pathsOf(roles: ReadonlyMap<string, Role>): string {
  return [...roles.keys()].map((path) => `/${path}`).join(', ');
}

const NO_EVENTS = text`add a server with protocol: listen to server_list, and show its access_token or name it in the path`;
