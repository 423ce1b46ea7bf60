import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';

const require = createRequire(import.meta.url);

/**
 * A regular expression of RE2, which needs time in proportion to text and pattern. The engine is loaded with the first: most
 * configs have none, and it takes 1 MiB.
 *
 * @throws Error what is wrong with the pattern.
 */
export function compileRe2(pattern: string): RE2JS {
  const re2js = require('re2js') as typeof import('re2js');
  return re2js.RE2JS.compile(pattern);
}
