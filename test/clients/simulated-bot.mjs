// A OneBot implementation for the real applications to talk to: reverse WebSocket, events on demand, calls answered with
// rising message ids.
import { WebSocket } from 'ws';

export class SimulatedBot {
  /** Each message it was told to send, in order: `{text, messageId}`. */
  sent = [];
  /** Quick operations it was told to carry out: `{text, context}`. */
  quick = [];
  /** Every action with how often it was called. */
  actions = new Map();
  #messageId = 1000;
  #eventId = 0;

  /** The open connection of each role. */
  #sockets = new Map();
  #isOver = false;

  /**
   * @param roles `['API', 'Event']` for two connections instead of one.
   * @param claimed The account in the headers, if it is not the account in the events.
   * @param isTokenInQuery True: the bot shows its token as `access_token` in the address.
   */
  constructor(selfId, { roles = ['Universal'], token, claimed = selfId, isTokenInQuery = false } = {}) {
    this.selfId = selfId;
    this.claimed = claimed;
    this.roles = roles;
    this.token = isTokenInQuery ? undefined : token;
    this.query = isTokenInQuery ? `?access_token=${token}` : '';
  }

  /** Connects to the bridge, or for a trial without one straight to an application, and does so again when it is lost. */
  async connect(scope, url) {
    scope.after(() => {
      this.#isOver = true;
      this.drop();
    });
    await Promise.all(this.roles.map((role) => this.#dial(url, role)));
  }

  /** Breaks its connections, as a crash does. */
  drop() {
    for (const socket of this.#sockets.values()) socket.terminate();
  }

  async #dial(url, role) {
    const socket = new WebSocket(`${url}${this.query}`, {
      perMessageDeflate: false,
      headers: {
        'X-Self-ID': this.claimed,
        'X-Client-Role': role,
        'User-Agent': 'OneBot/11',
        ...(this.token === undefined ? {} : { Authorization: `Bearer ${this.token}` }),
      },
    });
    const opened = new Promise((resolve) => {
      socket.once('open', () => {
        this.#sockets.set(role, socket);
        resolve();
      });
    });
    socket.on('error', () => {}); // `close` follows.
    socket.once('close', () => {
      if (!this.#isOver) setTimeout(() => this.#isOver || this.#dial(url, role), 300);
    });
    socket.on('message', (data) => this.#call(socket, JSON.parse(data.toString())));
    await opened;
    if (role === 'API') return;
    socket.send(this.#event({ post_type: 'meta_event', meta_event_type: 'lifecycle', sub_type: 'connect' }));
  }

  #report(event) {
    const socket = this.#sockets.get('Universal') ?? this.#sockets.get('Event');
    if (socket?.readyState === WebSocket.OPEN) socket.send(event);
  }

  /** Sends a group message with a new id, which it gives back. */
  say(text) {
    const { id, event } = this.message(text);
    this.#report(event);
    return id;
  }

  /** A group message as JSON text, for bots that report by HTTP. */
  message(text) {
    this.#eventId += 1;
    const id = this.#eventId;
    const event = this.#event({
      post_type: 'message',
      message_type: 'group',
      sub_type: 'normal',
      message_id: id,
      group_id: 987654321,
      user_id: 10086,
      anonymous: null,
      message: [{ type: 'text', data: { text } }],
      raw_message: text,
      font: 0,
      sender: { user_id: 10086, nickname: '小明', card: '', role: 'member' },
    });
    return { id, event };
  }

  #event(fields) {
    return JSON.stringify({ time: Math.floor(Date.now() / 1000), self_id: Number(this.selfId), ...fields });
  }

  #call(socket, { action, params, echo }) {
    this.actions.set(action, (this.actions.get(action) ?? 0) + 1);
    const data = this.#carryOut(action.replace(/_async$/, ''), params);
    const outcome =
      data === undefined
        ? { status: 'failed', retcode: 1404, data: null, message: 'unknown action' }
        : { status: 'ok', retcode: 0, data, message: '' };
    socket.send(JSON.stringify({ ...outcome, echo }));
  }

  #carryOut(action, params) {
    switch (action) {
      case 'send_msg':
      case 'send_group_msg': {
        this.#messageId += 1;
        this.sent.push({ text: textOf(params.message), messageId: this.#messageId });
        return { message_id: this.#messageId };
      }
      case '.handle_quick_operation':
        this.quick.push({ text: textOf(params.operation.reply), context: params.context });
        return null;
      case 'get_login_info':
        return { user_id: Number(this.selfId), nickname: '小Q' };
      case 'get_group_info':
        return { group_id: params.group_id, group_name: '群' };
      default:
        return undefined;
    }
  }
}

function textOf(message) {
  return typeof message === 'string' ? message : message.map((segment) => segment.data.text ?? '').join('');
}
