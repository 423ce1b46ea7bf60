import { type HostileKind, maskedFrame, upgradeRequest } from './hostile-dialler.ts';

/** The accounts that hostile bots name: 60 to 69. */
export const HOSTILE_SELF_IDS: readonly number[] = Array.from({ length: 10 }, (_, n) => 60 + n);

const POST = (length: string) =>
  `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Self-ID: 66\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;

export const HOSTILE_BOTS: HostileKind = {
  openings: [
    () => POST('Transfer-Encoding: chunked'),
    () => POST('Content-Length: 1000000'),
    () => `GET /get_status HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Filler: `,
    (random) => Buffer.from(Array.from({ length: 100 }, () => random.between(0, 255))),
    (random) => upgradeRequest('/', { 'X-Self-ID': random.pick(HOSTILE_SELF_IDS), 'X-Client-Role': 'Universal' }),
  ],
  refrains: [
    '1\r\na\r\n'.repeat(200),
    'x',
    maskedFrame(0x81, '{"post_type":'),
    maskedFrame(0x81, ''),
    maskedFrame(0x01, 'a'),
    maskedFrame(0x80, 'a'),
    maskedFrame(0x83, 'a'),
    maskedFrame(0x89, 'ping'),
    maskedFrame(0x81, '{"post_type":"notice","self_id":66,"notice_type":"x","sub_type":"y","n":1}'),
    Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
  ],
  manners: ['read', 'read', 'ignore'],
};
