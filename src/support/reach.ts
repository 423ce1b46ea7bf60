import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { connectionProblem } from './connection-problem.ts';
import type { Problem } from './finding.ts';
import { text } from './text.ts';
import { type TlsTrust, tlsOptions } from './tls-options.ts';

/** Ports that addresses leave out. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'ws:': 80, 'http:': 80, 'wss:': 443, 'https:': 443 };

/** How long the way to a peer may take: name, connection and TLS together. */
const REACH_MS = 4_000;

/** How long it may take to find out that there is TLS after all. */
const TLS_MS = 2_000;

/**
 * Goes the way to a peer step by step (name, connection, TLS), without a word of its protocol.
 *
 * @returns What is in the way; undefined where it is open.
 */
export async function reach(address: string, tls?: TlsTrust): Promise<Problem | undefined> {
  const url = new URL(address);
  const host = hostOf(url);
  const isSecure = url.protocol === 'wss:' || url.protocol === 'https:';
  const port = portOf(url);
  const socket = isSecure
    ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...tlsOptions(tls) })
    : connectTcp({ host, port });
  const first = isIP(host) === 0 ? 'name' : 'connection';
  return await firstOf(socket, { event: isSecure ? 'secureConnect' : 'connect', first, patienceMs: REACH_MS });
}

/** Whether TLS is spoken there, with whatever certificate. */
export async function speaksTls(address: string): Promise<boolean> {
  const url = new URL(address);
  const socket = connectTls({ host: hostOf(url), port: portOf(url), rejectUnauthorized: false });
  return (await firstOf(socket, { event: 'secureConnect', first: 'name', patienceMs: TLS_MS })) === undefined;
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (DEFAULT_PORTS[protocol] ?? 0) : Number(port);
}

type Step = 'name' | 'connection' | 'TLS';

interface Way {
  /** What the socket emits at its end. */
  readonly event: string;
  readonly first: Step;
  readonly patienceMs: number;
}

/** Undefined once it was gone; else what was in the way, at the step where it stood when the time was over. */
function firstOf(socket: Socket, { event, first, patienceMs }: Way): Promise<Problem | undefined> {
  return new Promise((resolve) => {
    let step = first;
    const end = (found: Problem | undefined): void => {
      clearTimeout(patience);
      socket.destroy();
      resolve(found);
    };
    const patience = setTimeout(() => end(SILENCES[step]), patienceMs);
    socket.on('lookup', () => {
      step = 'connection';
    });
    socket.on('connect', () => {
      step = 'TLS';
    });
    socket.on('error', (error) => end(connectionProblem(error)));
    socket.once('close', () => end(CLOSED));
    socket.once(event, () => end(undefined));
  });
}

const SILENCES: Readonly<Record<Step, Problem>> = {
  name: {
    words: text`the host name could not be looked up in time`,
    meaning: text`the name server does not answer`,
    advice: text`correct the host name, or give the address as a number`,
  },
  connection: connectionProblem(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
  TLS: {
    words: text`it takes the connection, and does not answer the TLS handshake`,
    meaning: text`something else listens there, or it does not speak TLS`,
    advice: text`correct the port, or begin the address with ws:// or http://`,
  },
};

const CLOSED: Problem = {
  words: text`it closes the connection at once`,
  meaning: text`something else listens there, or it does not speak TLS`,
  advice: text`correct the port, or begin the address with ws:// or http://`,
};
