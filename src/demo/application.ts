import type { WebSocket } from 'ws';
import { GROUP_ID } from './chat.ts';

/** The few fields of an event that a simulated application looks at. */
export interface HeardEvent {
  readonly post_type?: string;
  readonly raw_message?: string;
  readonly user_id?: number;
  readonly self_id?: number;
}

/** What an application says to a message; undefined where it is silent. */
export type Wit = (event: HeardEvent) => string | undefined;

/** Has the application answer messages on that connection, as one with a OneBot library does: by calls. */
export function converse(socket: WebSocket, wit: Wit): void {
  let seq = 0;
  socket.on('message', (data) => {
    const event = JSON.parse(String(data)) as HeardEvent;
    const reply = event.post_type === 'message' ? wit(event) : undefined;
    if (reply === undefined) return;
    seq += 1;
    const params = { self_id: event.self_id, group_id: GROUP_ID, message: reply };
    socket.send(JSON.stringify({ action: 'send_group_msg', params, echo: { seq } }));
  });
  // A link that breaks is the bridge's to mend.
  socket.on('error', () => {});
}
