import { once } from 'node:events';
import { connect } from 'node:net';

/** WebSockets on plain sockets, after their handshake. */
export function openWebSockets(port, count) {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.write(
        'GET / HTTP/1.1\r\nHost: sink\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
          'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
      );
      await once(socket, 'data');
      return socket;
    }),
  );
}

/** A final text frame of a client, masked. */
export function textFrame(body) {
  const head = Buffer.alloc(body.length < 65_536 ? 8 : 14);
  head[0] = 0x81;
  if (body.length < 126) throw new RangeError('the events of the load are longer');
  head[1] = 0x80 | (body.length < 65_536 ? 126 : 127);
  if (body.length < 65_536) head.writeUInt16BE(body.length, 2);
  else head.writeBigUInt64BE(BigInt(body.length), 2);
  const key = Buffer.of(0x12, 0x34, 0x56, 0x78);
  key.copy(head, head.length - 4);
  return Buffer.concat([head, body.map((byte, i) => byte ^ key[i & 3])]);
}
