import type { Problem } from '../support/finding.ts';
import { text, type Words } from '../support/text.ts';
import type { Told } from '../support/trouble.ts';

/** The bot refuses the token of its entry in `bots`. */
export function refusedToken(accessToken: string | undefined, status?: number): Problem {
  const said = text`it refuses the access_token`;
  return {
    words: status === undefined ? said : text`${said} (${status})`,
    meaning:
      accessToken === undefined
        ? text`the bot demands a token and was shown none`
        : text`the bot has another token than this entry`,
    advice: text`set access_token of this entry to the token that the bot has for this connection`,
  };
}

/** The bot has another account than its entry in `bots` names. */
export function wrongAccount(found: string, expected: string): Told {
  return {
    words: text`it is account ${found}, not ${expected}: another bot answers there than this entry is for`,
    cure: WRONG_ACCOUNT,
  };
}

export const WRONG_ACCOUNT: Words = text`correct self_id, or the address`;
