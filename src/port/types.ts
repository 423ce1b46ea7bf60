import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { ServerConfig } from '../config/types.ts';
import type { Role } from '../onebot/identity.ts';

/** Takes what bots send to the port; `bots/` provides it. The port has checked token, signature and size before. */
export interface BotGate {
  /** Takes one HTTP report; settles when its event is safe and the answer to it is known. */
  report(report: Report): Promise<ReportReply>;
  /** Why that bot can't connect now, asked before the handshake; undefined when it can. */
  refusal(peer: BotPeer): string | undefined;
  /**
   * Takes over the connection of a bot's reverse WebSocket.
   *
   * @param transport The connection under it.
   */
  connected(socket: WebSocket, peer: BotPeer, transport: Socket): void;
}

/** Takes the calls that applications make on the port; `calls/` provides it. */
export interface CallGate {
  /**
   * @param onAnswer Called with each frame of the answer, exactly once with a last one unless the call is given up.
   * @returns Gives the call up: nobody waits for its answer any more.
   */
  call(call: ApplicationCall, onAnswer: (answer: ApplicationAnswer) => void): () => void;
}

/** One call as an application makes it by HTTP (OneBot 11, `communication/http.md`). */
export interface ApplicationCall {
  /** Who calls; absent: an application that showed no token. */
  readonly server?: ServerConfig;
  /** From the query; else one in `params` says which bot is meant. */
  readonly selfId?: string;
  readonly action: string;
  /** A JSON object. */
  readonly params: Buffer;
}

export interface ApplicationAnswer {
  readonly frame: Buffer;
  readonly retcode: string | undefined;
  /** False while more frames of a stream action follow. */
  readonly isLast: boolean;
}

/** Takes applications that dial in by WebSocket or for server-sent events; `servers/` provides it. */
export interface ApplicationGate {
  /** Why it can't connect now, asked before the handshake; undefined when it can. */
  refusal(peer: ApplicationPeer): string | undefined;
  /** Takes over a forward WebSocket. */
  connected(socket: WebSocket, peer: ApplicationPeer): void;
  /** Takes over a response that events are written to as they come. */
  stream(response: ServerResponse, peer: ApplicationPeer): void;
}

/** An application at the other end. */
export interface ApplicationPeer {
  /** Who it is; absent: one that showed no token, which may call but gets no events. */
  readonly server?: ServerConfig;
  /** `API`: it makes calls only. `Event`: it gets events only. */
  readonly role: Role;
  /** The one bot that it means; absent: all of its server's. */
  readonly selfId?: string;
  /** `address:port`. */
  readonly remote: string;
  readonly userAgent?: string;
  /** The connection under the WebSocket or response. */
  readonly transport: Socket;
}

/** A bot at the other end. */
export interface BotPeer {
  /** From `X-Self-ID`; absent when the bot names itself in its first frame only. */
  readonly selfId?: string;
  readonly role: Role;
  /** `address:port`. */
  readonly remote: string;
  readonly userAgent?: string;
}

export interface Report {
  readonly peer: BotPeer;
  readonly body: Buffer;
  readonly answer: AnswerState;
}

/** What has become of the answer to a report; `lost`: the connection was gone before. The port keeps it up to date. */
export interface AnswerState {
  readonly state: 'open' | 'sent' | 'lost';
}

export type ReportReply =
  | { readonly kind: 'taken' /** JSON of a quick operation for the answer. */; readonly operation?: Buffer }
  /** Not an event: 400. */
  | { readonly kind: 'unsound'; readonly reason: string }
  /** Can't be kept now: 503, the bot may send it again. */
  | { readonly kind: 'unavailable'; readonly reason: string };
