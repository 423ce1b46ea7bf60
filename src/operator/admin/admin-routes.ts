import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { readAuthorization } from '../../onebot/identity.ts';
import type { Logger } from '../../support/logger.ts';
import { inEnglish, type Speak } from '../../support/text.ts';
import { runCommand } from '../command-line.ts';
import { reasonWords } from '../dead-letters.ts';
import type { BridgeMetrics } from '../metrics.ts';
import type { OperatedBridge } from '../types.ts';
import { askedLanguage } from './asked-language.ts';
import { browserDoor, checkHead, refuse, TokenDoor } from './doors.ts';
import { EndedSessions } from './ended-sessions.ts';
import type { History } from './history.ts';
import { jsonBody } from './json-body.ts';
import type { LiveFeed } from './live-feed.ts';
import type { LoginCodes } from './login-codes.ts';
import { loginRoutes } from './login-routes.ts';
import { pageRoutes } from './page-files.ts';
import { cutText } from './sampler.ts';
import { Sessions } from './sessions.ts';

export interface AdminRoutesOptions {
  readonly bridge: OperatedBridge;
  readonly metrics: BridgeMetrics;
  readonly history: History;
  readonly feed: LiveFeed;
  readonly codes: LoginCodes;
  readonly token: string;
  readonly endedSessionsFile: string;
  /** What the listener is bound to; a request without a token must name it, or a loopback one, as its Host. */
  readonly host: string;
  /** Folder of the dashboard's files. */
  readonly pageDir: string;
  readonly logger: Logger;
  /**
   * For answers to commands, if the client names no language. All other answers are in English, since programs read
   * them.
   */
  readonly speak: Speak;
  /** For a client that names a language. */
  readonly speakers: Readonly<Record<'en' | 'zh', Speak>>;
}

const MAX_BODY_BYTES = 16 * 1024;

/** What is served over HTTP: health for all who are no web page, the dashboard's page, and the rest for who shows the token. */
export function adminRoutes(options: AdminRoutesOptions): Express {
  const { bridge, metrics, token, host, logger } = options;
  const hostCheck = { configuredHost: host };
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(checkHead(logger));
  app.use((_request, response, next) => {
    response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    next();
  });

  const openDoor = browserDoor(hostCheck);
  app.get('/healthz', openDoor, (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', openDoor, (_request, response) => {
    const { phase, log } = bridge.readiness();
    if (log.kind === 'failing')
      response.status(503).json({ phase, reason: `event log: ${String(log.reason ?? 'failing')}` });
    else response.status(phase === 'ready' ? 200 : 503).json({ phase });
  });

  const sessions = new Sessions(token, new EndedSessions(options.endedSessionsFile, logger));
  const door = new TokenDoor({ token, sessions, hostCheck });
  app.get('/metrics', browserDoor(), door.handler, async (_request, response) => {
    response.set('Content-Type', metrics.contentType).send(await metrics.text());
  });
  const pageLanguage = () => bridge.pageLanguage();
  app.use('/api', loginRoutes({ token, door, sessions, codes: options.codes, hostCheck, pageLanguage, logger }));
  app.use('/api', browserDoor(), door.handler);
  apiRoutes(app, { ...options, door });
  app.use(pageRoutes(options.pageDir, { hostCheck, logger }));

  app.use((_request, response) => refuse(response, 404, 'there is nothing at this path'));
  app.use(faultHandler(logger));
  return app;
}

/** Behind the door. */
function apiRoutes(
  app: Express,
  { bridge, history, feed, door, logger, speak, speakers }: AdminRoutesOptions & { door: TokenDoor },
): void {
  app.get('/api/status', async (_request, response) => {
    response.json(await bridge.statusInTurns());
  });
  app.get('/api/history', (_request, response) => {
    response.json(history.snapshot());
  });
  app.get('/api/config', (_request, response) => {
    response.json({ file: bridge.status().configFile, yaml: bridge.shownConfig() });
  });
  app.get('/api/dead', (request, response) => {
    const { server } = request.query;
    const letters = bridge.deadLetters(typeof server === 'string' ? server : undefined);
    const language = askedLanguage(request.headers);
    const say = language === undefined ? inEnglish : speakers[language];
    response.json({ letters: letters.map((letter) => ({ ...letter, reason: say(reasonWords(letter.reason)) })) });
  });
  app.get('/api/dead/:id', (request, response) => {
    const event = bridge.deadLetter(Number(request.params.id));
    if (event === undefined) refuse(response, 404, 'there is no such dead letter any more');
    else response.json({ json: cutText(event), byteLength: event.length });
  });
  app.get('/api/stream', (request, response) => {
    const byCookie = readAuthorization(request.headers) === undefined;
    if (feed.add(response, () => !byCookie || door.session(request) !== undefined)) return;
    response.set('Retry-After', '5');
    refuse(response, 503, 'too many follow the stream already');
  });
  app.post('/api/command', jsonBody(MAX_BODY_BYTES), async (request, response) => {
    const language = askedLanguage(request.headers);
    await answerCommand(request, response, {
      bridge,
      logger,
      speak: language === undefined ? speak : speakers[language],
    });
  });
}

async function answerCommand(
  { body, socket }: Request,
  response: Response,
  { bridge, logger, speak }: Pick<AdminRoutesOptions, 'bridge' | 'logger' | 'speak'>,
): Promise<void> {
  const command: unknown = body?.command;
  if (typeof command !== 'string') {
    refuse(response, 400, 'expected JSON like {"command": "status"}');
    return;
  }
  logger.info('command over the admin listener', { command, remote: socket.remoteAddress });
  const result = await runCommand(command, { bridge, logger, speak, origin: 'admin' });
  if (result.kind === 'wrong') response.status(400).json({ ok: false, lines: [result.line] });
  else if (result.kind === 'ok') response.json({ ok: true, lines: result.lines });
  else
    response.json({
      ok: false,
      lines: result.lines,
      ...(result.faults === undefined ? {} : { faults: result.faults }),
    });
}

function faultHandler(logger: Logger): ErrorRequestHandler {
  // biome-ignore lint/complexity/useMaxParams: express tells an error handler by its four parameters.
  return (error: unknown, _request, response, _next) => {
    logger.error('a request to the admin listener failed', { error });
    if (response.headersSent) response.destroy();
    else refuse(response, 500, 'the bridge has a fault; see its log');
  };
}
