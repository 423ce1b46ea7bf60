import { createHmac, timingSafeEqual } from 'node:crypto';

/** `X-Signature` of a report: `sha1=<hex>`, HMAC-SHA1 over the raw body (OneBot 11, `communication/http-post.md`). */
export function sign(body: Buffer, secret: string): string {
  return `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`;
}

/** Whether `signature` is that of the body, compared in constant time. */
export function isSignedBy(body: Buffer, secret: string, signature: string): boolean {
  const expected = Buffer.from(sign(body, secret));
  const given = Buffer.from(signature.trim().toLowerCase());
  return expected.length === given.length && timingSafeEqual(expected, given);
}
