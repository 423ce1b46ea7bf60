import { type HostileKind, maskedFrame, upgradeRequest } from './hostile-dialler.ts';

/**
 * Applications that dial a `listen` server with this token: for server-sent events, by WebSocket and for single calls.
 */
export function hostileApplications(token: string): HostileKind {
  const bearer = { Authorization: `Bearer ${token}` };
  const request = (line: string, more = '') =>
    `${line} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n${more}\r\n`;
  return {
    openings: [
      // Several streams on one connection. Only the first one can be served.
      () => request('GET /_events').repeat(3),
      () => request('GET /_events', 'Connection: close\r\nAccept: text/event-stream\r\n'),
      () => request('GET /_events?self_id=10001'),
      () => request('GET /get_status').repeat(200),
      () => request('POST /send_group_msg', 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n'),
      () => upgradeRequest('/', bearer),
      () => upgradeRequest('/event', bearer),
      () => upgradeRequest('/api', bearer),
      (random) => upgradeRequest(`/?self_id=${random.pick([10_001, 66, 999])}`, bearer),
    ],
    refrains: [
      'x',
      '1\r\n{\r\n'.repeat(200),
      maskedFrame(0x81, '{"action":"get_status","echo":1}'),
      Buffer.concat(Array.from({ length: 500 }, () => maskedFrame(0x81, '{"action":"get_status"}'))),
      maskedFrame(0x81, '{"action":"send_group_msg","params":{"self_id":999},"echo":{"a":[1,2,3]}}'),
      maskedFrame(0x81, '{"action":"a","action":"b","echo":1,"echo":2}'),
      maskedFrame(0x81, '[[[[[[[[[['),
      maskedFrame(0x01, '{"action":"'),
      Buffer.concat(Array.from({ length: 2_000 }, () => maskedFrame(0x00, 'a'))),
      maskedFrame(0x89, 'ping'),
      // A pong without a ping confirms nothing.
      maskedFrame(0x8a, 'pong'),
      // Two close frames: a too large one (1009), and one with an invalid code.
      maskedFrame(0x88, Buffer.from([0x03, 0xf1])),
      maskedFrame(0x88, Buffer.from([0x00])),
      Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
    ],
    manners: ['read', 'ignore', 'leave'],
  };
}
