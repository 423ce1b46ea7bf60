/** Which language the operator reads, by the config or, where that says nothing, by the environment. */
import type { Environment } from './environment.ts';
import type { Language } from './types.ts';
import { type MapNode, nodeAt } from './yaml-tree.ts';

export const LANGUAGES = ['en', 'zh'] as const satisfies readonly Language[];

/** The language of a process that has no config yet, or can't read it: what the environment says. */
export function languageOfEnvironment(env: Environment = process.env): Language {
  return languageNamed(env['QQBRIDGE_LANGUAGE']) ?? languageOfLocale(env);
}

/**
 * By the locale, as POSIX picks it; English for one that is not known. Where no variable names it, as on Windows, the
 * system is asked; Linux knows none then, and to ask would load 5 MiB of tables.
 */
export function languageOfLocale(env: Environment): Language {
  return /^zh(?![a-z])/i.test(localeOf(env)) ? 'zh' : 'en';
}

function localeOf(env: Environment): string {
  const named = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value !== undefined && value !== '');
  return named ?? localeOfSystem();
}

function localeOfSystem(): string {
  return process.platform === 'linux' ? 'C' : new Intl.DateTimeFormat().resolvedOptions().locale;
}

/** What can be known of a file with faults: its `language`, where that is sound, stands in the tree. */
export function languageOfTree(root: MapNode, env: Environment): Language {
  return languageInTree(root) ?? languageOfLocale(env);
}

/** The language that the config or the locale names. Undefined where neither names one: `C` and `POSIX` name none. */
export function chosenLanguage(root: MapNode, env: Environment): Language | undefined {
  const named = languageInTree(root);
  if (named !== undefined) return named;
  return /^(?:C|POSIX)(?:[.@].*)?$/.test(localeOf(env)) ? undefined : languageOfLocale(env);
}

function languageInTree(root: MapNode): Language | undefined {
  const node = nodeAt(root, ['language']);
  return node?.kind === 'text' ? languageNamed(node.text) : undefined;
}

/** The same of a file that is no YAML. */
export function languageOfText(text: string, env: Environment): Language {
  const line = /^language:\s*["']?(\w+)/m.exec(text);
  return languageNamed(env['QQBRIDGE_LANGUAGE']) ?? languageNamed(line?.[1]) ?? languageOfLocale(env);
}

function languageNamed(name: string | undefined): Language | undefined {
  return LANGUAGES.find((language) => language === name);
}
