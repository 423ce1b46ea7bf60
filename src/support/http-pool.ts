import { createRequire } from 'node:module';
import type { Pool } from 'undici';

const require = createRequire(import.meta.url);

/**
 * Kept-alive connections to one origin. undici is loaded with the first: a bridge that posts to nobody starts a tenth sooner
 * without it.
 */
export function httpPool(origin: string, options: Pool.Options): Pool {
  const undici = require('undici') as typeof import('undici');
  return new undici.Pool(origin, options);
}
