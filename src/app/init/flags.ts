import type { ChosenSettings, FileValue } from '../../config/compose.ts';
import { languageOfEnvironment } from '../../config/language.ts';
import { speakIn } from '../../language/speak.ts';
import { type Text, text } from '../../support/text.ts';
import type { BotKind } from './kinds.ts';
import { newToken } from './plan.ts';
import { runInit } from './run-init.ts';

/** The flags of `qqbridge init`, as the command line gives them. */
export interface InitFlags {
  readonly from?: string;
  readonly yes?: true;
  readonly force?: true;
  readonly host?: string;
  readonly port?: string;
  /** `true`: one is to be generated. */
  readonly token?: string | true;
  readonly server?: readonly string[];
  readonly bot?: BotKind;
}

export interface InitTarget {
  readonly configFile: string;
  /** The words that start this program again, such as `node bin/qqbridge.js`. */
  readonly command: string;
}

/** Runs `init` with what the flags say. Any but `--from`, `--force` and `--bot` says that nothing is to be asked. */
export async function initWithFlags(flags: InitFlags, { configFile, command }: InitTarget): Promise<number> {
  const { from, yes, force, host, port, token, server, bot } = flags;
  const servers: Record<string, FileValue> = {};
  for (const given of server ?? []) {
    const read = readServer(given);
    if ('fault' in read) {
      process.stderr.write(`qqbridge: ${speakIn(languageOfEnvironment())(read.fault)}\n`);
      return 2;
    }
    servers[read.name] = read.entry;
  }
  const settings: ChosenSettings = {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(token === undefined ? {} : { access_token: token === true ? newToken() : token }),
    ...(server === undefined ? {} : { server_list: servers }),
  };
  return await runInit({
    configFile,
    command,
    settings,
    isSilent: yes === true || Object.keys(settings).length > 0,
    mayReplace: force === true,
    ...(from === undefined ? {} : { from }),
    ...(bot === undefined ? {} : { bot }),
  });
}

type ReadServer = { readonly name: string; readonly entry: FileValue } | { readonly fault: Text };

/** `survival=websocket:ws://127.0.0.1:5701/ws/`, `app=listen`. */
function readServer(given: string): ReadServer {
  const [, name, protocol, url] = /^([^=]+)=(websocket|http|listen)(?::(.+))?$/.exec(given) ?? [];
  if (name === undefined || protocol === undefined || (url === undefined) !== (protocol === 'listen')) {
    return { fault: text`--server ${given}: expected name=websocket:ws://..., name=http:http://... or name=listen` };
  }
  return { name, entry: { protocol, ...(url === undefined ? {} : { url }) } };
}
