import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import type { Logger } from '../../support/logger.ts';
import type { Speak } from '../../support/text.ts';
import { runCommand } from '../command-line.ts';
import type { BridgeMetrics } from '../metrics.ts';
import type { OperatedBridge } from '../types.ts';
import { browserDoor, refuse, tokenDoor } from './doors.ts';

export interface AdminRoutesOptions {
  readonly bridge: OperatedBridge;
  readonly metrics: BridgeMetrics;
  readonly token: string;
  /** What the listener is bound to; a request without a token must name it, or a loopback one, as its Host. */
  readonly host: string;
  readonly logger: Logger;
  /** For answers to commands; what else is said here programs read. */
  readonly speak: Speak;
}

const MAX_BODY = '16kb';

/** What is served over HTTP: health for all who are no web page, the rest for who shows the token. */
export function adminRoutes({ bridge, metrics, token, host, logger, speak }: AdminRoutesOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((_request, response, next) => {
    response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    next();
  });

  const openDoor = browserDoor({ configuredHost: host });
  app.get('/healthz', openDoor, (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', openDoor, (_request, response) => {
    const { phase, log } = bridge.status();
    if (log.kind === 'failing') response.status(503).json({ phase, reason: `event log: ${log.reason ?? 'failing'}` });
    else response.status(phase === 'ready' ? 200 : 503).json({ phase });
  });

  const door = tokenDoor(token, logger);
  app.get('/metrics', browserDoor(), door, async (_request, response) => {
    response.set('Content-Type', metrics.contentType).send(await metrics.text());
  });
  app.use('/api', browserDoor(), door);
  app.get('/api/status', (_request, response) => {
    response.json(bridge.status());
  });
  app.post('/api/command', express.json({ limit: MAX_BODY, inflate: false }), async (request, response) => {
    await answerCommand(request, response, { bridge, logger, speak });
  });

  app.use((_request, response) => refuse(response, 404, 'there is nothing at this path'));
  app.use(faultHandler(logger));
  return app;
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
  else response.json({ ok: result.kind === 'ok', lines: result.lines });
}

const BODY_FAULTS: Readonly<Record<number, string>> = {
  400: 'the body is not JSON',
  413: 'the body is too large',
  415: 'the body must be plain JSON in UTF-8',
};

function faultHandler(logger: Logger): ErrorRequestHandler {
  // biome-ignore lint/complexity/useMaxParams: express tells an error handler by its four parameters.
  return (error: unknown, _request, response, _next) => {
    const status = error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500;
    const reason = BODY_FAULTS[status];
    if (reason !== undefined) {
      refuse(response, status, reason);
      return;
    }
    logger.error('a request to the admin listener failed', { error });
    if (response.headersSent) response.destroy();
    else refuse(response, 500, 'the bridge has a fault; see its log');
  };
}
