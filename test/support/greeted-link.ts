import assert from 'node:assert/strict';
import { eventually } from './eventually.ts';
import type { FakeServerLink } from './fake-server-link.ts';
import type { FakeWebSocketServer } from './fake-web-socket-server.ts';

export interface GreetedLinkOptions {
  readonly selfId?: string;
  /** Only links that were opened after this one. */
  readonly after?: FakeServerLink;
}

/**
 * An open link that has got its first frame. `nextLink` may give one that the bridge closes at once, when a `reconnect`
 * falls together with a handshake of its own.
 */
export async function greetedLink(
  server: FakeWebSocketServer,
  options: GreetedLinkOptions = {},
): Promise<FakeServerLink> {
  const { selfId, after } = options;
  return await eventually(() => {
    const all = server.links.all;
    const since = after === undefined ? all : all.slice(all.indexOf(after) + 1);
    const link = since.findLast((each) => {
      const isWanted = selfId === undefined || each.headers['x-self-id'] === selfId;
      return isWanted && each.isOpen && each.frames.all.length > 0;
    });
    return link ?? assert.fail('no link that is open and has a frame');
  });
}
