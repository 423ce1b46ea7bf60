/**
 * Reads the config: file, environment and command line become a {@link Config}, or every reason why not.
 *
 * The steps, each in a file of its own: text (`read-file.ts`), tree with lines (`parse-yaml.ts`), variables
 * (`environment.ts`), older keys (`migrate.ts`), types (`validate.ts`), keys against each other (`combinations.ts`), files that they name (`certificates.ts`),
 * the rooms' config (`build.ts`). All of them report to one {@link Findings}; nothing here throws for a bad config.
 */
import { buildConfig, type Folders } from './build.ts';
import { readCertificates } from './certificates.ts';
import { checkCombinations } from './combinations.ts';
import { applyEnvironment, type Environment, fillPlaceholders } from './environment.ts';
import { type Fault, Findings } from './findings.ts';
import { homeOf } from './home.ts';
import { migrate } from './migrate.ts';
import { parseYaml } from './parse-yaml.ts';
import { readConfigText } from './read-file.ts';
import type { Config } from './types.ts';
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
}

export type LoadOutcome = LoadedConfig | FaultyConfig;

export interface LoadedConfig {
  readonly kind: 'loaded';
  readonly config: Config;
  readonly warnings: readonly string[];
}

export interface FaultyConfig {
  readonly kind: 'faulty';
  readonly code: 'CONFIG_UNREADABLE' | 'CONFIG_INVALID';
  /** At least one, in the order of their lines. */
  readonly faults: readonly Fault[];
  readonly warnings: readonly string[];
}

/** Loads `request.file`. */
export async function loadConfig(request: LoadRequest): Promise<LoadOutcome> {
  const findings = new Findings(request.file);
  const text = await readConfigText(request.file, findings);
  if (text === undefined) return { kind: 'faulty', code: 'CONFIG_UNREADABLE', ...findings };
  return readConfig(text, request);
}

/** Loads the text of a config as if it stood in `request.file`, which isn't touched. */
export function readConfig(text: string, request: LoadRequest): LoadOutcome {
  const { file, env = process.env, overrides = {}, mayBeEmpty = true } = request;
  const findings = new Findings(file);
  const config = interpret(text, { env, folders: { ...overrides, home: homeOf(file) }, mayBeEmpty, findings });
  const { warnings } = findings;
  if (config !== undefined) return { kind: 'loaded', config, warnings };
  const faults = findings.faults.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
  return { kind: 'faulty', code: 'CONFIG_INVALID', faults, warnings };
}

interface Context {
  readonly env: Environment;
  readonly folders: Folders;
  readonly mayBeEmpty: boolean;
  readonly findings: Findings;
}

function interpret(text: string, { env, folders, mayBeEmpty, findings }: Context): Config | undefined {
  const root = parseRoot(text, mayBeEmpty, findings);
  if (root === undefined) return undefined;
  applyEnvironment(root, env, findings);
  fillPlaceholders(root, env, findings);
  migrate(root, findings);
  const settings = validate(root, findings);
  checkCombinations({ settings, root, findings });
  const certificates = readCertificates({ settings, root, findings, home: folders.home });
  return findings.faults.length === 0 ? buildConfig(settings, folders, certificates) : undefined;
}

/** The file's map. A file of comments alone is a config that leaves all to its defaults. */
function parseRoot(text: string, mayBeEmpty: boolean, findings: Findings): MapNode | undefined {
  const root = parseYaml({ text, path: [] }, findings);
  if (root === undefined || root.kind === 'map') return root;
  const spot = { place: root.place, path: [] };
  if (root.kind === 'nothing' && mayBeEmpty) {
    findings.warn({ place: {}, path: [] }, 'holds no key: all settings have their defaults');
    return { kind: 'map', place: root.place, entries: new Map() };
  }
  findings.fault(spot, describeKind(root), 'a map of keys such as "port: 5700"');
  return undefined;
}
