import { createRequire } from 'node:module';
import type { buildConnector, Client, Pool } from 'undici';

// undici is loaded with the first of these: a bridge that posts to nobody starts a tenth sooner without it.
const require = createRequire(import.meta.url);
const undici = (): typeof import('undici') => require('undici');

/** Kept-alive connections to one origin. */
export function httpPool(origin: string, options: Pool.Options): Pool {
  return new (undici().Pool)(origin, options);
}

/** Makes clients with one kept-alive connection each to that origin; they share TLS sessions. */
export function httpDialler(
  origin: string,
  { connect, ...options }: Client.Options & { readonly connect: buildConnector.BuildOptions },
): () => Client {
  const connector = undici().buildConnector(connect);
  return () => new (undici().Client)(origin, { ...options, pipelining: 1, connect: connector });
}
