import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Tells the browser of a web page in `allowed_origins` that the page may read the answer, and answers what it asks beforehand
 * (the Fetch standard, "CORS protocol"). Without that a page could open WebSockets alone.
 *
 * @returns Whether the request is answered herewith.
 */
export function welcomePage(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  allowedOrigins: readonly string[],
): boolean {
  const { origin } = headers;
  // `null` stands for too many pages to be allowed.
  if (origin === undefined || !allowedOrigins.includes(origin.toLowerCase()) || origin === 'null') return false;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Vary', 'Origin');
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return false;
  response.writeHead(204, {
    'Access-Control-Allow-Methods': 'GET, POST',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type',
    'Access-Control-Max-Age': '600',
    // Asked for by pages elsewhere that use a port on this machine or in its network.
    ...(headers['access-control-request-private-network'] === 'true'
      ? { 'Access-Control-Allow-Private-Network': 'true' }
      : {}),
  });
  response.end();
  return true;
}
