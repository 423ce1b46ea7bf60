import { type CommandArgument, type CommandContext, type CommandResult, failed, ok, tableOptions } from './command.ts';
import { dateTimeText } from './date-text.ts';
import { countText, sizeText } from './quantity-text.ts';
import { textTable } from './text-table.ts';

/** Of up to 1,000 per server. */
const MAX_SHOWN = 100;

const HEADER = ['TIME', 'EVENT', 'SERVER', 'BOT', 'STATUS', 'BYTES', 'REASON'];

/** A server, or one that is gone and has left dead letters behind. */
export const serverOfLetters: CommandArgument = {
  name: 'NAME',
  noun: 'server',
  required: true,
  values: (bridge) => {
    const servers = bridge.status().servers.map(({ name }) => name);
    return [...new Set([...servers, ...bridge.deadLetters().map(({ server }) => server)])];
  },
};

/** `dead`: the newest last, under which a terminal stands. */
export function listDead(context: CommandContext, server: string): CommandResult {
  const letters = context.bridge.deadLetters(server === '' ? undefined : server);
  if (letters.length === 0) return ok([`There are no dead letters${server === '' ? '' : ` of ${server}`}.`]);
  const rows = letters
    .slice(-MAX_SHOWN)
    .map(({ at, event, server: of, selfId, status, byteLength, reason }) => [
      dateTimeText(at),
      event,
      of,
      selfId,
      status === undefined ? '' : String(status),
      sizeText(byteLength),
      reason,
    ]);
  const bytes = letters.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const shown = letters.length > MAX_SHOWN ? `; the newest ${MAX_SHOWN} are shown` : '';
  return ok([
    ...textTable(HEADER, rows, tableOptions(context)),
    `${countText(letters.length, 'dead letter')}, ${sizeText(bytes)}${shown}. Send them again with: dead retry NAME`,
  ]);
}

/** `dead retry NAME`. */
export async function retryDead({ bridge }: CommandContext, server: string): Promise<CommandResult> {
  const count = await bridge.retryDead(server);
  if (count === undefined) return failed([`There is no server ${server} any more.`]);
  if (count === 0) return ok([`There are no dead letters of ${server}.`]);
  return ok([`${countText(count, 'dead letter')} of ${server} will be sent again.`]);
}

/** `dead drop NAME`. */
export function dropDead({ bridge }: CommandContext, server: string): CommandResult {
  const count = bridge.dropDead(server);
  if (count === 0) return ok([`There are no dead letters of ${server}.`]);
  return ok([`${countText(count, 'dead letter')} of ${server} thrown away.`]);
}
