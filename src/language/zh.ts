import { APP } from './zh/app.ts';
import { COMMAND_LINE } from './zh/command-line.ts';
import { CONFIG } from './zh/config.ts';
import { CONFIG_KEYS } from './zh/config-keys.ts';
import { LOG_LINES } from './zh/log-lines.ts';
import { NETWORK } from './zh/network.ts';
import { OPERATOR } from './zh/operator.ts';
import { REFUSALS } from './zh/refusals.ts';
import { STATES } from './zh/states.ts';

/** Simplified Chinese, by the English templates that stand in the code. A test holds the two together. */
export const CHINESE: Readonly<Record<string, string>> = {
  ...OPERATOR,
  ...APP,
  ...COMMAND_LINE,
  ...CONFIG,
  ...CONFIG_KEYS,
  ...NETWORK,
  ...LOG_LINES,
  ...REFUSALS,
  ...STATES,
};
