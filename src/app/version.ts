import { createRequire } from 'node:module';

/** The version in `package.json`, the one place that names it. */
export const VERSION = (createRequire(import.meta.url)('qqbridge/package.json') as { version: string }).version;
