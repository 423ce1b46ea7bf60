import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Router } from 'express';
import type { Logger } from '../../support/logger.ts';
import { browserDoor, type HostCheck, pageDoor, refuse } from './doors.ts';

/** Nothing but what the listener itself serves, and nothing written into the page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS = {
  'Content-Security-Policy': POLICY,
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
} as const;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface PageFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
}

type PageFiles = ReadonlyMap<string, PageFile>;

const compress = promisify(gzip);

/** The dashboard's page: open, for it holds no data. Its other files have their hash in the name and are kept for ever. */
export function pageRoutes(folder: string, { hostCheck, logger }: { hostCheck: HostCheck; logger: Logger }): Router {
  // Read once, by whoever comes first; a folder that can't be read is tried again.
  let reading: Promise<PageFiles> | undefined;
  const files = () => {
    reading ??= readFiles(folder).catch((error: unknown) => {
      reading = undefined;
      logger.warn('the dashboard can not be read: npm run build makes it', { folder, error });
      return new Map();
    });
    return reading;
  };
  const router = Router();
  router.use((_request, response, next) => {
    response.set(HEADERS);
    next();
  });
  router.get('/', pageDoor(hostCheck), async (request, response) => {
    const file = (await files()).get('index.html');
    if (file === undefined) refuse(response, 503, 'the dashboard is not there: npm run build makes it');
    else send(file, { request, response, caching: 'no-cache' });
  });
  router.get('/assets/:name', browserDoor(hostCheck), async (request, response) => {
    const file = (await files()).get(`assets/${request.params['name']}`);
    if (file === undefined) refuse(response, 404, 'there is nothing at this path');
    else send(file, { request, response, caching: 'public, max-age=31536000, immutable' });
  });
  return router;
}

interface Sending {
  readonly request: { acceptsEncodings(...names: string[]): string | false };
  readonly response: { set(headers: Readonly<Record<string, string>>): { send(body: Buffer): void } };
  readonly caching: string;
}

function send({ type, plain, gzipped }: PageFile, { request, response, caching }: Sending): void {
  const isGzipped = request.acceptsEncodings('gzip') === 'gzip';
  const encoding: Readonly<Record<string, string>> = isGzipped ? { 'Content-Encoding': 'gzip' } : {};
  response
    .set({ 'Content-Type': type, 'Cache-Control': caching, Vary: 'Accept-Encoding', ...encoding })
    .send(isGzipped ? gzipped : plain);
}

async function readFiles(folder: string): Promise<PageFiles> {
  const names = ['index.html', ...(await readdir(join(folder, 'assets'))).map((name) => `assets/${name}`)];
  const files = names.flatMap((name) => {
    const type = TYPES[extname(name)];
    return type === undefined ? [] : [{ name, type }];
  });
  return new Map(
    await Promise.all(
      files.map(async ({ name, type }): Promise<[string, PageFile]> => {
        const plain = await readFile(join(folder, name));
        return [name, { type, plain, gzipped: await compress(plain, { level: 9 }) }];
      }),
    ),
  );
}
