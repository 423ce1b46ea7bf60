import type { Problem } from './finding.ts';
import { describeNetworkError, errorCode } from './network-error.ts';
import { type Text, text } from './text.ts';

/** What a failure to connect means, and what to change, by the code of the error. */
export function connectionProblem(error: unknown): Problem {
  const code = errorCode(error) ?? '';
  const known = KINDS.find(({ codes }) => codes.test(code));
  return {
    words: describeNetworkError(error),
    ...(known === undefined
      ? { advice: text`see the log of the other side` }
      : { meaning: known.meaning, advice: known.advice }),
  };
}

interface Kind {
  readonly codes: RegExp;
  readonly meaning: Text;
  readonly advice: Text;
}

const KINDS: readonly Kind[] = [
  {
    codes: /^(ENOTFOUND|EAI_AGAIN|EAI_FAIL|EAI_NODATA)$/,
    meaning: text`no address could be found for that name`,
    advice: text`correct the host name, or give the address as a number; in containers it is the name of the service`,
  },
  {
    codes: /^ECONNREFUSED$/,
    meaning: text`the machine is there, but no program listens on that port`,
    advice: text`start it, or correct host and port; a container's 127.0.0.1 is the container itself`,
  },
  {
    codes: /^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EACCES|EPERM)$/,
    meaning: text`this machine knows no way to that address`,
    advice: text`correct the address; is the network up, and does no firewall forbid it?`,
  },
  {
    codes: /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/,
    meaning: text`nobody says yes or no: the machine is off, or a firewall swallows what is sent there`,
    advice: text`correct the address, start the machine, or open the port in the firewall`,
  },
  {
    codes:
      /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF).*|CERT_UNTRUSTED)$/,
    meaning: text`nobody that is trusted has signed its certificate, so it might be somebody else's`,
    advice: text`set tls.ca to the certificate of the authority that signed it`,
  },
  {
    codes: /^CERT_HAS_EXPIRED$/,
    meaning: text`its certificate was good until a day that is over`,
    advice: text`renew the certificate of the other side; or is this machine's clock wrong?`,
  },
  {
    codes: /^CERT_NOT_YET_VALID$/,
    meaning: text`its certificate is good from a day that is still to come`,
    advice: text`set the clock of this machine`,
  },
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    meaning: text`its certificate is for other names than the one that is dialled`,
    advice: text`dial it by a name in its certificate, or have one made for this name`,
  },
  {
    codes: /^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|ERR_SSL_HTTP_REQUEST)$/,
    meaning: text`it answers in plain text where the address says TLS`,
    advice: text`begin its address with ws:// or http://, or turn TLS on there`,
  },
];
