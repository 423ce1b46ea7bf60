import type { FileValue } from '../../config/compose.ts';
import { addEntry, freeName, localPort } from '../../config/server-names.ts';
import { type Text, text } from '../../support/text.ts';
import type { Asker } from './asker.ts';
import { BOT_CHOICES, freeUrl, SERVER_KINDS } from './kinds.ts';
import { newToken, type Plan, serversOf } from './plan.ts';

/** Asks for what a config needs, with what is known already as the proposal. */
export async function askForPlan(asker: Asker, proposed: Plan): Promise<Plan> {
  const presetBot = BOT_CHOICES.findIndex(({ value }) => value === proposed.bot);
  const bot = await asker.choose(text`Which program is your bot?`, BOT_CHOICES, Math.max(0, presetBot));
  const isNear = await asker.confirm(text`Does it run on this machine, outside of containers?`, isLocal(proposed));
  const port = await asker.text(text`Which port shall it connect to?`, {
    preset: String(proposed.settings['port'] ?? 5700),
    check: portFault,
  });
  const given = proposed.settings['access_token'];
  const wantsToken = !isNear || (await asker.confirm(text`Shall the port demand a token?`, given !== undefined));
  const token = wantsToken
    ? await asker.text(text`Which token? Enter makes a new one.`, { preset: String(given ?? newToken()) })
    : undefined;
  const servers = await askForServers(asker, proposed, Number(port));
  const { access_token: _given, ...kept } = proposed.settings;
  const settings = {
    ...kept,
    host: isNear ? '127.0.0.1' : '0.0.0.0',
    port: Number(port),
    ...(token === undefined ? {} : { access_token: token }),
    server_list: servers,
  };
  return { bot, settings };
}

function isLocal({ settings }: Plan): boolean {
  return ['127.0.0.1', 'localhost', '::1'].includes(String(settings['host'] ?? '127.0.0.1'));
}

async function askForServers(asker: Asker, proposed: Plan, ownPort: number): Promise<Record<string, FileValue>> {
  const servers: Record<string, FileValue> = {};
  const known = Object.entries(serversOf(proposed.settings));
  if (known.length > 0) {
    asker.say(text`Servers so far: ${known.map(([name]) => name).join(', ')}`);
    if (await asker.confirm(text`Keep them?`, true)) Object.assign(servers, Object.fromEntries(known));
  }
  const question = text`Add a server, an application that gets the events?`;
  while (await asker.confirm(question, Object.keys(servers).length === 0)) await askForServer(asker, servers, ownPort);
  return servers;
}

async function askForServer(asker: Asker, servers: Record<string, FileValue>, ownPort: number): Promise<void> {
  const choices = SERVER_KINDS.map((kind) => ({ value: kind, label: kind.label }));
  const kind = await asker.choose(text`What is it?`, choices, 0);
  const name = await asker.text(text`What shall it be called?`, {
    preset: freeName(servers, kind.name),
    check: nameFault,
  });
  const url =
    kind.url === undefined
      ? undefined
      : await asker.text(text`Where does it listen?`, {
          preset: freeUrl(kind.url, takenPorts(servers, ownPort)),
          check: (given) => urlFault(given, kind.protocol),
        });
  const token = kind.takesToken
    ? await asker.text(
        text`Which token does it have? Empty: none.`,
        kind.protocol === 'listen' ? { preset: newToken() } : {},
      )
    : '';
  addEntry(servers, name, {
    protocol: kind.protocol,
    ...(url === undefined ? {} : { url }),
    ...(kind.messageFormat === undefined ? {} : { message_format: kind.messageFormat }),
    ...(token === '' ? {} : { [kind.protocol === 'http' ? 'secret' : 'access_token']: token }),
  });
}

/** Ports of this machine that are taken: the bridge's own, and those of the servers so far. */
function takenPorts(servers: Readonly<Record<string, FileValue>>, ownPort: number): ReadonlySet<number> {
  const ports = Object.values(serversOf({ server_list: servers })).map(({ url, host, port }) =>
    localPort(String(url ?? `ws://${String(host ?? '127.0.0.1')}:${String(port)}/`)),
  );
  return new Set([ownPort, ...ports.filter((port) => port !== undefined)]);
}

function portFault(given: string): Text | undefined {
  const port = Number(given);
  return /^\d+$/.test(given) && port >= 1 && port <= 65_535 ? undefined : text`a port number from 1 to 65535, please`;
}

function nameFault(given: string): Text | undefined {
  const isSound = given !== '' && !/[/\p{Cc}]/u.test(given) && !['api', 'event', 'ws', '_events'].includes(given);
  return isSound ? undefined : text`any text without "/", but not api, event, ws or _events`;
}

function urlFault(given: string, protocol: string): Text | undefined {
  const schemes = protocol === 'http' ? ['http:', 'https:'] : ['ws:', 'wss:'];
  const isSound = URL.canParse(given) && schemes.includes(new URL(given).protocol);
  return isSound
    ? undefined
    : text`an address that begins with ${schemes.map((each) => `${each}//`).join(', ')}, please`;
}
