/**
 * Failures of Node, undici and ws in the operator's words. The one place that knows their codes.
 */

const BY_CODE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens there',
  ECONNRESET: 'the connection was reset',
  ECONNABORTED: 'the connection was aborted',
  EPIPE: 'the connection was closed',
  ENOTFOUND: 'no such host name',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  ETIMEDOUT: 'no answer to the connection',
  UND_ERR_CONNECT_TIMEOUT: 'no answer to the connection',
  UND_ERR_SOCKET: 'the connection broke',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer broke off',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an unknown authority',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an unknown authority',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; is the clock right?',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS there',
  ERR_SSL_HTTP_REQUEST: 'it speaks plain HTTP where TLS is wanted: its address has to begin with https:// or wss://',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not trust our certificate: it needs the certificate of our authority',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'it does not take our certificate',
  ERR_OSSL_PEM_NO_START_LINE: 'no PEM is in it',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'it does not belong to the certificate',
  ERR_OSSL_BAD_DECRYPT: 'it has a passphrase',
  ERR_MISSING_PASSPHRASE: 'it has a passphrase',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  EPROTO: 'it does not speak TLS there',
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 'it sent a frame larger than max_payload',
};

/** What to say of a status that a handshake was refused with. */
const BY_STATUS: Readonly<Record<number, string>> = {
  401: 'it demands a token: set access_token',
  403: 'it refuses the token, or a link of the same self_id is still open there',
  404: 'nothing is at that path',
};

/** One phrase for the log and the console, such as `connection refused: nothing listens there`. */
export function describeNetworkError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const status = /^Unexpected server response: (\d+)$/.exec(error.message)?.[1];
  if (status !== undefined) {
    const hint = BY_STATUS[Number(status)];
    return `the handshake was answered with ${status}${hint === undefined ? '' : `: ${hint}`}`;
  }
  if (error.message === 'Opening handshake has timed out') return 'no answer to the handshake';
  const code = errorCode(error);
  return (code !== undefined && BY_CODE[code]) || error.message || code || error.name;
}

/** Failures that come before a connection stands. */
const BEFORE_CONNECTION: ReadonlySet<string | undefined> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether it failed before anything could be sent. */
export function neverConnected(error: unknown): boolean {
  return BEFORE_CONNECTION.has(errorCode(error));
}

/** The `code` of a Node or undici error, its own, of its cause, or of the first of several tries. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return errorCode(error.errors[0]);
  return errorCode(error.cause);
}
