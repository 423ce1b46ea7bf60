/**
 * Failures of Node, undici and ws in the operator's words. The one place that knows their codes.
 */
import { type Text, text, type Words } from './text.ts';

const BY_CODE: Readonly<Record<string, Text>> = {
  ECONNREFUSED: text`connection refused: nothing listens there`,
  ECONNRESET: text`the connection was reset`,
  ECONNABORTED: text`the connection was aborted`,
  EPIPE: text`the connection was closed`,
  ENOTFOUND: text`no such host name`,
  EAI_AGAIN: text`the host name could not be looked up`,
  EHOSTUNREACH: text`the host is unreachable`,
  ENETUNREACH: text`the network is unreachable`,
  ETIMEDOUT: text`no answer to the connection`,
  UND_ERR_CONNECT_TIMEOUT: text`no answer to the connection`,
  UND_ERR_SOCKET: text`the connection broke`,
  UND_ERR_HEADERS_TIMEOUT: text`no answer in time`,
  UND_ERR_BODY_TIMEOUT: text`the answer broke off`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: text`its certificate comes from an unknown authority`,
  UNABLE_TO_GET_ISSUER_CERT: text`its certificate comes from an unknown authority`,
  DEPTH_ZERO_SELF_SIGNED_CERT: text`its certificate is signed by itself`,
  SELF_SIGNED_CERT_IN_CHAIN: text`its certificate comes from an unknown authority`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: text`its certificate comes from an unknown authority`,
  CERT_HAS_EXPIRED: text`its certificate has expired`,
  CERT_NOT_YET_VALID: text`its certificate is not valid yet; is the clock right?`,
  ERR_SSL_WRONG_VERSION_NUMBER: text`it does not speak TLS there`,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: text`it does not speak TLS there`,
  ERR_SSL_HTTP_REQUEST: text`it speaks plain HTTP where TLS is wanted: its address has to begin with https:// or wss://`,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: text`it does not trust our certificate: it needs the certificate of our authority`,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: text`it does not take our certificate`,
  ERR_OSSL_PEM_NO_START_LINE: text`no PEM is in it`,
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: text`it does not belong to the certificate`,
  ERR_OSSL_BAD_DECRYPT: text`it has a passphrase`,
  ERR_MISSING_PASSPHRASE: text`it has a passphrase`,
  ERR_TLS_CERT_ALTNAME_INVALID: text`its certificate is for another host name`,
  EPROTO: text`it does not speak TLS there`,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: text`it sent a frame larger than max_payload`,
};

/** What to say of a status that a handshake was refused with. */
const BY_STATUS: Readonly<Record<number, Text>> = {
  401: text`it demands a token: set access_token`,
  403: text`it refuses the token, or a link of the same self_id is still open there`,
  404: text`nothing is at that path`,
};

/** One phrase for the log and the console, such as `connection refused: nothing listens there`. */
export function describeNetworkError(error: unknown): Words {
  if (!(error instanceof Error)) return String(error);
  const status = handshakeStatus(error);
  if (status !== undefined) {
    const hint = BY_STATUS[status];
    const answer = text`the handshake was answered with ${status}`;
    return hint === undefined ? answer : text`${answer}: ${hint}`;
  }
  if (error.message === 'Opening handshake has timed out') return text`no answer to the handshake`;
  const code = errorCode(error);
  return (code !== undefined && BY_CODE[code]) || error.message || code || error.name;
}

/**
 * The status of the answer that refused a WebSocket handshake. Undefined where the handshake failed for another reason.
 */
export function handshakeStatus(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const status = /^Unexpected server response: (\d+)$/.exec(error.message)?.[1];
  return status === undefined ? undefined : Number(status);
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
