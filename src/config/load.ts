/**
 * Reads the config: file, environment and command line become a {@link Config}, or every reason why not.
 *
 * The steps, each in a file of its own: text (`read-file.ts`), tree with lines (`parse-yaml.ts`), variables
 * (`environment.ts`), older keys (`migrate.ts`), types (`validate.ts`), keys against each other (`combinations.ts`), files that they name (`certificates.ts`),
 * the rooms' config (`build.ts`). All of them report to one {@link Findings}; nothing here throws for a bad config.
 */
import { type Text, text } from '../support/text.ts';
import { buildConfig, type Folders } from './build.ts';
import { readCertificates } from './certificates.ts';
import { checkCombinations } from './combinations.ts';
import { applyEnvironment, type Environment, fillPlaceholders } from './environment.ts';
import { type Excerpt, excerptOf } from './excerpt.ts';
import { type Fault, Findings } from './findings.ts';
import { homeOf } from './home.ts';
import { chosenLanguage, languageOfEnvironment, languageOfText, languageOfTree } from './language.ts';
import { migrate } from './migrate.ts';
import { nameLookalikes } from './name-lookalikes.ts';
import { parseYaml } from './parse-yaml.ts';
import { readConfigText } from './read-file.ts';
import type { Config, Language } from './types.ts';
import { describeKind, validate } from './validate.ts';
import type { MapNode } from './yaml-tree.ts';

export interface LoadRequest {
  /** The config file, as the operator wrote it: so it stands in every fault. */
  readonly file: string;
  /** Default `process.env`. */
  readonly env?: Environment;
  /** `--data` and `--logs`, from the working folder. */
  readonly overrides?: Omit<Folders, 'home'>;
  /**
   * Whether a file without a key means all defaults. Default true. On reload it is more likely one that an editor is
   * about to write.
   */
  readonly mayBeEmpty?: boolean;
  /**
   * On a reload: the settings that can't change before the restart. The config is checked and built with them, not with
   * what the file says of them.
   */
  readonly fixed?: FixedSettings;
}

export type LoadOutcome = LoadedConfig | FaultyConfig;

export interface LoadedConfig {
  readonly kind: 'loaded';
  readonly config: Config;
  /** Keys that differ in the file and take effect at the next restart. */
  readonly needRestart: readonly FixedKey[];
  readonly warnings: readonly Text[];
  readonly language: Language;
}

export interface FaultyConfig {
  readonly kind: 'faulty';
  readonly code: 'CONFIG_UNREADABLE' | 'CONFIG_INVALID';
  /** At least one, in the order of their lines. */
  readonly faults: readonly Fault[];
  /** The file around a line, without its secrets; absent when it can't be read. */
  readonly excerptAt?: (line: number) => Excerpt;
  readonly warnings: readonly Text[];
  /** What the faults are to be said in, as far as the file tells. */
  readonly language: Language;
}

/** Loads `request.file`. */
export async function loadConfig(request: LoadRequest): Promise<LoadOutcome> {
  const findings = new Findings(request.file);
  const yaml = readConfigText(request.file, findings);
  if (yaml === undefined) {
    const language = languageOfEnvironment(request.env);
    return { kind: 'faulty', code: 'CONFIG_UNREADABLE', ...findings, language };
  }
  return readConfig(yaml, request);
}

/** Loads the text of a config as if it stood in `request.file`, which isn't touched. */
export function readConfig(yaml: string, request: LoadRequest): LoadOutcome {
  const { file, env = process.env, overrides = {}, mayBeEmpty = true, fixed } = request;
  const findings = new Findings(file);
  const folders = { ...overrides, home: homeOf(file) };
  const { config, needRestart, language } = interpret(yaml, { env, folders, mayBeEmpty, findings, fixed });
  const { warnings } = findings;
  if (config !== undefined) return { kind: 'loaded', config, needRestart, warnings, language };
  const faults = findings.faults.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
  return {
    kind: 'faulty',
    code: 'CONFIG_INVALID',
    faults,
    excerptAt: (line) => excerptOf(yaml, line),
    warnings,
    language,
  };
}

/** Where the bridge listens and keeps its data. Fixed from its start until its end. */
export interface FixedSettings {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
}

const FIXED_KEYS = ['host', 'port', 'data'] as const;

export type FixedKey = (typeof FIXED_KEYS)[number];

interface Context {
  readonly env: Environment;
  readonly folders: Folders;
  readonly mayBeEmpty: boolean;
  readonly findings: Findings;
  readonly fixed: FixedSettings | undefined;
}

interface Interpreted {
  /** Absent where it has faults. */
  readonly config?: Config;
  readonly needRestart: readonly FixedKey[];
  readonly language: Language;
}

function interpret(yaml: string, { env, folders, mayBeEmpty, findings, fixed }: Context): Interpreted {
  const root = parseRoot(yaml, mayBeEmpty, findings);
  if (root === undefined) {
    nameLookalikes(yaml, { isBroken: true, findings });
    return { needRestart: [], language: languageOfText(yaml, env) };
  }
  applyEnvironment(root, env, findings);
  fillPlaceholders(root, env, findings);
  migrate(root, findings);
  const language = languageOfTree(root, env);
  const written = validate(root, findings);
  checkCombinations({ settings: written, root, findings });
  const settings = fixed === undefined ? written : { ...written, host: fixed.host, port: fixed.port };
  const moves = settings.host !== written.host || settings.port !== written.port;
  if (moves) checkCombinations({ settings, root, findings, isRunning: true });
  nameLookalikes(yaml, { isBroken: false, findings });
  const certificates = readCertificates({ settings, root, findings, home: folders.home });
  if (findings.faults.length > 0) return { needRestart: [], language };
  const config = buildConfig(settings, { folders, certificates, language, chosenLanguage: chosenLanguage(root, env) });
  if (fixed === undefined) return { config, needRestart: [], language };
  const needRestart = FIXED_KEYS.filter((key) =>
    key === 'data' ? config.dataDir !== fixed.dataDir : written[key] !== fixed[key],
  );
  return { config: { ...config, dataDir: fixed.dataDir }, needRestart, language };
}

/** The file's map. A file of comments alone is a config that leaves all to its defaults. */
function parseRoot(yaml: string, mayBeEmpty: boolean, findings: Findings): MapNode | undefined {
  const root = parseYaml({ text: yaml, path: [] }, findings);
  if (root === undefined || root.kind === 'map') return root;
  const spot = { place: root.place, path: [] };
  if (root.kind === 'nothing' && mayBeEmpty) {
    findings.warn({ place: {}, path: [] }, text`holds no key: all settings have their defaults`);
    return { kind: 'map', place: root.place, entries: new Map() };
  }
  findings.fault(spot, describeKind(root), text`a map of keys such as "port: 5700"`);
  return undefined;
}
