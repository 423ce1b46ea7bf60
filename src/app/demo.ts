import { randomBytes } from 'node:crypto';
import { withoutSettings } from '../config/environment.ts';
import { languageOfEnvironment } from '../config/language.ts';
import { Demo } from '../demo/demo.ts';
import { EASY_PACE, type Pace } from '../demo/types.ts';
import { speakIn } from '../language/speak.ts';
import type { Logger } from '../support/logger.ts';
import { text, type Words } from '../support/text.ts';
import { type RunningBridge, runDaemon } from './daemon.ts';
import { freePort } from './free-port.ts';
import { TemporaryHome } from './temporary-home.ts';

export interface DemoRunOptions {
  /** The words that start this program again, such as `node bin/qqbridge.js`. */
  readonly command: string;
  /** How long it runs. Default until it is stopped. */
  readonly forMs?: number;
  readonly pace?: Pace;
}

/** The settings that a demo takes from the environment, so that it can run beside another bridge. */
const KEPT_VARIABLES = ['QQBRIDGE_PORT', 'QQBRIDGE_ADMIN_PORT', 'QQBRIDGE_ADMIN_TOKEN', 'QQBRIDGE_LANGUAGE'];

/**
 * `qqbridge demo`: the bridge between a simulated bot and three simulated servers that chat, fail and come back. All
 * that it writes is in a temporary folder, which goes with it.
 *
 * @returns The exit status: 0 stopped as asked, 1 failed.
 */
export async function runDemo({ command, forMs, pace = EASY_PACE }: DemoRunOptions): Promise<number> {
  const demo = new Demo({ pace, tokens: { bot: newToken(), assistant: newToken() } });
  const admin = { port: await freePort(5780), token: newToken() };
  const config = {
    host: '127.0.0.1',
    port: await freePort(5700),
    access_token: demo.tokens.bot,
    admin,
    server_list: await demo.listen(),
  };
  const home = new TemporaryHome(config);
  const beside = async (bridge: RunningBridge, logger: Logger) => {
    home.bridgeTakesSignals();
    const status = bridge.status();
    await demo.connect(status.address.replace(/^http/, 'ws'), logger);
    const link = bridge.dashboardLink();
    for (const line of welcome({ command, link, configFile: home.configFile })) print(line);
    const end = forMs === undefined ? undefined : setTimeout(() => bridge.stop('the time of --for is over'), forMs);
    return async () => {
      clearTimeout(end);
      await demo.stop();
    };
  };
  try {
    return await runDaemon({
      configFile: home.configFile,
      env: withoutSettings(KEPT_VARIABLES),
      beside,
      hasLocalControlOnly: true,
    });
  } finally {
    await demo.stop();
    home.remove();
  }
}

interface Welcome {
  readonly command: string;
  /** A link that opens the dashboard and logs in, once. Absent where the admin listener could not be started. */
  readonly link: string | undefined;
  readonly configFile: string;
}

/** What there is to see and to try. */
function welcome({ command, link, configFile }: Welcome): readonly Words[] {
  return [
    '',
    text`A simulated bot (10001) and three simulated servers are talking through this bridge.`,
    text`Every now and then a server fails and comes back; its events wait for it. Nothing is kept when the demo ends.`,
    '',
    ...(link === undefined
      ? []
      : [
          text`  in a browser     ${link}`,
          text`                   logs in once, within 2 minutes; dashboard prints another link`,
        ]),
    text`  here             try: status, servers, queue, tail, dead, call get_group_list, pause survival, help`,
    text`  another shell    ${command} ctl -c ${configFile} tail web`,
    text`  to end it        stop, or ctrl-C`,
    '',
  ];
}

/** Not through the log, which would hide the token. */
function print(words: Words): void {
  process.stdout.write(`${speakIn(languageOfEnvironment())(words)}\n`);
}

function newToken(): string {
  return randomBytes(18).toString('base64url');
}
