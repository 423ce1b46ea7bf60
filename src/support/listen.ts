import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BridgeError } from './errors.ts';
import { describeNetworkError, errorCode } from './network-error.ts';
import { text } from './text.ts';

export interface ListenOptions {
  /** Empty: all addresses. */
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
}

/**
 * Makes a server listen.
 *
 * @returns Where, `http://127.0.0.1:5700`.
 * @throws BridgeError PORT_IN_USE or PORT_REFUSED.
 */
export async function listen(server: Server, { host, port }: ListenOptions): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error) => reject(listenError(error, { host, port }));
    server.once('error', onError);
    server.listen({ port, ...(host === '' ? {} : { host }) }, () => {
      server.off('error', onError);
      resolve();
    });
  });
  return addressText(server.address() as AddressInfo);
}

function listenError(error: Error, { host, port }: ListenOptions): BridgeError {
  const at = `${host === '' ? '*' : host}:${port}`;
  const options = { cause: error, fields: { host, port } };
  if (errorCode(error) === 'EADDRINUSE') {
    return new BridgeError(
      'PORT_IN_USE',
      text`port ${at} is in use by another program, perhaps another bridge`,
      options,
    );
  }
  return new BridgeError(
    'PORT_REFUSED',
    text`port ${at} can't be listened on: ${describeNetworkError(error)}`,
    options,
  );
}

function addressText({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
