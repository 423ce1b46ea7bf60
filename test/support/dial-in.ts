import { WebSocket } from 'ws';
import type { Cleanup } from './cleanup.ts';
import { FakeServerLink } from './fake-server-link.ts';
import { opened } from './upgrade-refused.ts';

export interface DialInOptions {
  /** Where to, with path and query. */
  readonly url: string;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The largest frame that the application takes, in bytes. It closes with 1009 at a larger one. */
  readonly maxPayload?: number;
}

/** An application that dials the bridge by forward WebSocket; rejects with UpgradeRefused where it is not let in. */
export async function dialIn(
  t: Cleanup,
  { url, token, headers = {}, maxPayload = 128 * 1024 * 1024 }: DialInOptions,
): Promise<FakeServerLink> {
  const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const socket = new WebSocket(url, {
    headers: { ...authorization, ...headers },
    autoPong: false,
    maxPayload,
    perMessageDeflate: false,
  });
  t.after(() => socket.terminate());
  const link = new FakeServerLink(socket, { url, headers: {} });
  await opened(socket);
  return link;
}
