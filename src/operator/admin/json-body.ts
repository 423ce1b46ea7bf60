import type { RequestHandler } from 'express';
import { readToEnd } from '../../support/read-to-end.ts';
import { refuse } from './doors.ts';

/**
 * Puts the JSON of a body into `request.body`. Without a body it stays undefined. Used in place of `express.json`,
 * which keeps a list of the chunks: a peer without a token could fill the heap with chunks of one byte.
 */
export function jsonBody(maxBytes: number): RequestHandler {
  return async (request, response, next) => {
    const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
    if (!IS_JSON.test(type)) {
      next();
      return;
    }
    if (encoding !== 'identity' || !IS_UTF_8.test(type)) {
      refuse(response, 415, 'the body must be plain JSON in UTF-8');
      return;
    }
    const body = await readToEnd(request, maxBytes);
    if (body === 'broken') return;
    if (body === 'too large') {
      refuse(response, 413, 'the body is too large');
      return;
    }
    const value = parsed(body);
    if (value === undefined) {
      refuse(response, 400, 'the body is not JSON');
      return;
    }
    request.body = value;
    next();
  };
}

const IS_JSON = /^\s*application\/json\s*(?:;|$)/i;
const IS_UTF_8 = /^[^;]*(?:;(?!\s*charset)[^;]*)*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i;

/** An object or an array. An empty body counts as an empty object. */
function parsed(body: Buffer): object | undefined {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    // JSON.parse only fails for text that is no JSON. The caller checks for this.
    return undefined;
  }
}
