import { WebSocket } from 'ws';
import { answerTo, nextMessageId, type SimulatedCall } from './bot-answers.ts';
import { BOT_ID, GROUP_ID, type Saying, sayingAt } from './chat.ts';

export interface SimulatedBotOptions {
  /** The port of the bridge, `ws://127.0.0.1:5700/`. */
  readonly url: string;
  readonly accessToken: string;
  /** Between two messages, on average. */
  readonly chatMs: number;
}

/** A OneBot 11 implementation with nobody behind it: it connects by reverse WebSocket, reports a chat, answers calls. */
export class SimulatedBot {
  readonly #options: SimulatedBotOptions;
  #socket: WebSocket | undefined;
  #said = 0;
  #isStopped = false;
  /** The next message, heartbeat or try; all that a stop has to end. */
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: SimulatedBotOptions) {
    this.#options = options;
  }

  start(): void {
    const { url, accessToken } = this.#options;
    const socket = new WebSocket(url, {
      headers: {
        'X-Self-ID': BOT_ID,
        'X-Client-Role': 'Universal',
        'User-Agent': 'OneBot/11',
        Authorization: `Bearer ${accessToken}`,
      },
      perMessageDeflate: false,
    });
    this.#socket = socket;
    socket.on('open', () => {
      this.#report({ post_type: 'meta_event', meta_event_type: 'lifecycle', sub_type: 'connect' });
      this.#heartbeat();
      this.#chat();
    });
    socket.on('message', (data) => this.#answer(socket, String(data)));
    // Whatever it was, the close follows, and the next try.
    socket.on('error', () => {});
    socket.on('close', () => this.#onClose());
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#clear();
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.terminate();
    await closed;
  }

  #onClose(): void {
    this.#clear();
    if (!this.#isStopped) this.#after(RECONNECT_MS, () => this.start());
  }

  #heartbeat(): void {
    const status = { online: true, good: true };
    this.#report({ post_type: 'meta_event', meta_event_type: 'heartbeat', status, interval: HEARTBEAT_MS });
    this.#after(HEARTBEAT_MS, () => this.#heartbeat());
  }

  #chat(): void {
    const waitMs = this.#options.chatMs * (0.5 + Math.random());
    this.#after(waitMs, () => {
      this.#report(messageEvent(sayingAt(this.#said)));
      this.#said += 1;
      this.#chat();
    });
  }

  #report(fields: Readonly<Record<string, unknown>>): void {
    const event = { time: Math.floor(Date.now() / 1000), self_id: Number(BOT_ID), ...fields };
    this.#socket?.send(JSON.stringify(event));
  }

  /** Frames that are no calls are nobody's business here: the bridge lets none through. */
  #answer(socket: WebSocket, frame: string): void {
    const { action, params = {}, echo } = JSON.parse(frame) as Partial<SimulatedCall>;
    if (action !== undefined) this.#after(ANSWER_MS, () => socket.send(answerTo({ action, params, echo })));
  }

  #after(waitMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, waitMs);
    this.#timers.add(timer);
  }

  #clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

function messageEvent({ person, message }: Saying) {
  const { id, nickname, role } = person;
  return {
    post_type: 'message',
    message_type: 'group',
    sub_type: 'normal',
    message_id: nextMessageId(),
    group_id: GROUP_ID,
    user_id: id,
    anonymous: null,
    message,
    raw_message: message,
    font: 0,
    sender: { user_id: id, nickname, card: '', sex: 'unknown', age: 0, area: '', level: '1', role, title: '' },
  };
}

const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 1_000;

/** About what an implementation on the same machine takes. */
const ANSWER_MS = 20;
