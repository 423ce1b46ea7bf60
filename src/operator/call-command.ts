import { text } from '../support/text.ts';
import { type CommandAnswer, type CommandArgument, type CommandContext, failed, ok } from './command.ts';

/** Those that completion offers: they ask and change nothing. */
const HARMLESS = ['get_login_info', 'get_status', 'get_version_info', 'get_friend_list', 'get_group_list'];

/** Its bytes go to the bot as they were typed, and JSON reads them. */
export const actionAndParams: CommandArgument = {
  name: 'ACTION [JSON]',
  noun: text`call`,
  required: true,
  values: () => HARMLESS,
  isFree: true,
};

/** `call get_group_info {"group_id": 123}`: a call in the operator's own name, and the bot's answer to it. */
export async function callBot({ bridge }: CommandContext, argument: string): Promise<CommandAnswer> {
  const [, action = '', params = ''] = /^(\S+)\s*(.*)$/s.exec(argument) ?? [];
  if (!/^\.?\w{1,128}$/.test(action))
    return { kind: 'wrong', line: text`${USAGE} ${action} is not the name of an action.` };
  const isEmpty = params === '' || params === 'null';
  if (!isEmpty && !isObject(params)) {
    return { kind: 'wrong', line: text`${USAGE} What follows the action is not a JSON object.` };
  }
  const answer = await bridge.call(action, isEmpty ? '{}' : params);
  return isFailure(answer) ? failed([answer]) : ok([answer]);
}

const USAGE = text`Usage: call ACTION [JSON], such as call get_group_info {"group_id": 123}.`;

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function isFailure(answer: string): boolean {
  try {
    return (JSON.parse(answer) as { status?: unknown }).status === 'failed';
  } catch {
    return true; // No bot gives it; then it is no success.
  }
}
