import { BOT_ID, BOT_NAME, GROUP_ID, PEOPLE } from './chat.ts';

/** A call as it came in, parsed. */
export interface SimulatedCall {
  readonly action: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Any JSON value; it comes back as it is. */
  readonly echo: unknown;
}

const GROUP = { group_id: GROUP_ID, group_name: 'QQBridge demo', member_count: PEOPLE.length, max_member_count: 200 };

let lastMessageId = 0;

/** Numbers of messages, the bot's own and those of the group. */
export function nextMessageId(): number {
  lastMessageId += 1;
  return lastMessageId;
}

/** What an implementation answers to a call (OneBot 11, `api/public.md`), as JSON. */
export function answerTo({ action, params, echo }: SimulatedCall): string {
  const data = dataFor(action.replace(/_async$|_rate_limited$/, ''), params);
  const frame =
    data === undefined
      ? { status: 'failed', retcode: 1404, data: null, message: `the simulated bot knows no ${action}` }
      : { status: 'ok', retcode: 0, data, message: '' };
  return JSON.stringify(echo === undefined ? frame : { ...frame, echo });
}

/** Undefined: no such action. */
function dataFor(action: string, params: SimulatedCall['params']): unknown {
  switch (action) {
    case 'get_login_info':
      return { user_id: Number(BOT_ID), nickname: BOT_NAME };
    case 'get_status':
      return { online: true, good: true };
    case 'get_version_info':
      return { app_name: 'qqbridge-demo', app_version: '1.0.0', protocol_version: 'v11' };
    case 'get_group_list':
      return [GROUP];
    case 'get_group_info':
      return GROUP;
    case 'get_friend_list':
      return PEOPLE.map(({ id, nickname }) => ({ user_id: id, nickname, remark: '' }));
    case 'get_group_member_list':
      return PEOPLE.map(memberOf);
    case 'get_group_member_info':
      return PEOPLE.filter(({ id }) => String(id) === String(params['user_id'])).map(memberOf)[0];
    case 'send_msg':
    case 'send_group_msg':
    case 'send_private_msg':
      return { message_id: nextMessageId() };
    case 'delete_msg':
    case '.handle_quick_operation':
      return null;
    default:
      return undefined;
  }
}

function memberOf({ id, nickname, role }: (typeof PEOPLE)[number]) {
  return { group_id: GROUP_ID, user_id: id, nickname, card: '', role };
}
