import { createHmac } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';

export interface HttpReport {
  /** Where to post, with any path. */
  readonly url: string;
  readonly body: string | Buffer;
  /** Sent as `X-Self-ID`; `null` leaves the header out. Default 10001. */
  readonly selfId?: string | null;
  /** Signs the body: `X-Signature: sha1=<HMAC>`. */
  readonly secret?: string;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  /** Further headers, over the ones above. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default POST. */
  readonly method?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Posts one report as a OneBot implementation does, on a connection of its own, and gives back the answer. */
export async function reportByHttp(report: HttpReport): Promise<HttpAnswer> {
  const body = Buffer.from(report.body);
  return await new Promise((resolve, reject) => {
    const outgoing = request(report.url, {
      method: report.method ?? 'POST',
      headers: headersOf(report, body),
      agent: false,
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.end(body);
  });
}

/** `sha1=<hex>` over `body`, the value of `X-Signature`. */
export function signatureOf(body: string | Buffer, secret: string): string {
  return `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`;
}

function headersOf(report: HttpReport, body: Buffer): Record<string, string | number> {
  const { selfId = '10001', secret, token, headers = {} } = report;
  return {
    'Content-Type': 'application/json',
    'Content-Length': body.length,
    ...(selfId === null ? {} : { 'X-Self-ID': selfId }),
    ...(secret === undefined ? {} : { 'X-Signature': signatureOf(body, secret) }),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    ...headers,
  };
}
