import type { ApplicationPeer } from '../../port/types.ts';
import type { ConnectionStatus } from '../types.ts';
import type { EventOutlet } from './bot-channel.ts';

/** An application that dialled the port, by whatever it did so. */
export interface ApplicationConnection extends EventOutlet {
  readonly peer: ApplicationPeer;
  readonly kind: ConnectionStatus['kind'];
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Calls of it that are under way. */
  readonly underWay: number;
  /** Sends a lifecycle or heartbeat event; dropped where the peer is slow to read. */
  relay(payload: Buffer): void;
  /** Settles when it is closed. */
  close(reason: string): Promise<void>;
}

/** What a connection tells its owner. */
export interface ConnectionOwner {
  /** It takes events again. */
  readonly onRoom: () => void;
  /** @param code The close code, where the peer has closed a WebSocket (RFC 6455, section 7.4.1). */
  readonly onClosed: (code?: number) => void;
}

/** Whether that connection gets the events of that bot. */
export function hears({ peer }: ApplicationConnection, selfId: string): boolean {
  return peer.role !== 'API' && (peer.selfId === undefined || peer.selfId === selfId);
}

export function connectionStatus({ kind, peer, since }: ApplicationConnection): ConnectionStatus {
  const { role, selfId, remote, userAgent } = peer;
  return {
    kind,
    role,
    remote,
    since,
    ...(selfId === undefined ? {} : { selfId }),
    ...(userAgent === undefined ? {} : { userAgent }),
  };
}
