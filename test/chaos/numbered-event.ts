import { groupMessage, tagged } from '../support/events.ts';

/** The n-th event of a bot: the same text whenever it is asked for, so that what arrives can be checked byte for byte. */
export function numberedEvent(selfId: string, n: number): string {
  // Most are small; one in 64 is large enough to fill the buffers of a server that does not read.
  const size = n % 64 === 63 ? 60_000 : (n * 7919) % 400;
  return groupMessage({ selfId, messageId: n, text: 'x'.repeat(size) });
}

/** Its number; undefined for what is none of these events. */
export function numberOf(text: string): number | undefined {
  const found = /"post_type":"message".*?"message_id":(\d+)/.exec(text);
  return found === null ? undefined : Number(found[1]);
}

/** Whether the text is the n-th event of that bot as that server must get it. */
export function isIntact(text: string, { selfId, n, server }: { selfId: string; n: number; server: string }): boolean {
  return text === tagged(numberedEvent(selfId, n), server);
}
