import { nearMiss } from '../support/near-miss.ts';
import { printable } from '../support/printable.ts';
import { text } from '../support/text.ts';
import { ANY_NAME, CATALOGUE, type CatalogueKey } from './catalogue.ts';
import { type Findings, formatPath } from './findings.ts';
import { invisibleIn } from './lookalikes.ts';
import { parseYaml } from './parse-yaml.ts';
import { type MapNode, nodeAt, setAt, textsOf, type YamlNode } from './yaml-tree.ts';

/** `process.env`, or what a test gives in its place. */
export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'QQBRIDGE_';

/** The variable of each key that every config has, maps before what is in them: `log` before `log.level`. */
const KEYS_BY_VARIABLE: ReadonlyMap<string, CatalogueKey> = new Map(
  CATALOGUE.filter(({ path }) => !path.includes(ANY_NAME)).map((key) => [variableOf(key.path), key]),
);

/** Those of one server or bot. */
const NAMED_KEYS = CATALOGUE.filter(({ path }) => path[1] === ANY_NAME && path.length > 2);

/** `['log', 'max_size']` is `QQBRIDGE_LOG_MAX_SIZE`. A server's name keeps its letters and digits. */
function variableOf(path: readonly string[]): string {
  return PREFIX + path.map((key) => key.replace(/[^\p{L}\p{N}]/gu, '_').toUpperCase()).join('_');
}

/**
 * The environment without the `QQBRIDGE_*` variables, which are meant for another bridge. `kept` names the exceptions.
 */
export function withoutSettings(kept: readonly string[], env: Environment = process.env): Environment {
  const isKept = (variable: string) => !variable.startsWith(PREFIX) || kept.includes(variable);
  return Object.fromEntries(Object.entries(env).filter(([variable]) => isKept(variable)));
}

/** Puts the `QQBRIDGE_*` variables over the file's keys. An empty variable counts as not set, as compose files set it. */
export function applyEnvironment(root: MapNode, env: Environment, findings: Findings): void {
  for (const [variable, key] of KEYS_BY_VARIABLE) setFrom(root, { variable, key, path: key.path }, { env, findings });

  const targets = namedTargets(root);
  // In order, so that a map (`..._QUEUE`) comes before what is in it (`..._QUEUE_MAX_AGE`).
  for (const variable of Object.keys(env).toSorted()) {
    if (!variable.startsWith(PREFIX) || env[variable] === '' || KEYS_BY_VARIABLE.has(variable)) continue;
    const [target, second] = targets.filter((candidate) => candidate.variable === variable);
    const spot = { place: { variable }, path: [] };
    if (target === undefined) {
      const meant = nearMiss(variable, [...KEYS_BY_VARIABLE.keys(), ...targets.map((candidate) => candidate.variable)]);
      const unknown = text`is the variable of no setting`;
      findings.warn(spot, meant === undefined ? unknown : text`${unknown}; did you mean ${meant}?`);
    } else if (second === undefined) {
      setFrom(root, target, { env, findings });
    } else {
      const allowed = text`names that differ in letters and digits, or the setting in the file`;
      findings.fault(spot, text`a name that fits ${formatPath(target.path)} and ${formatPath(second.path)}`, allowed);
    }
  }
}

/** Replaces each `${NAME}` in the values of the file by that variable's text; `$${` stands for `${` itself. */
export function fillPlaceholders(root: YamlNode, env: Environment, findings: Findings): void {
  for (const { node, path } of textsOf(root)) {
    // A variable's text is taken as it is: a token may hold anything.
    if (node.place.variable !== undefined) continue;
    node.text = node.text.replace(/\$\$\{|\$\{([^}]*)\}/g, (match, name: string | undefined) => {
      if (name === undefined) return '${';
      const value = Object.hasOwn(env, name) ? variableText(env, name) : undefined;
      if (value === undefined) {
        findings.fault({ place: node.place, path }, text`${printable(match)}, which is not set`, text`a set variable`);
      }
      return value ?? '';
    });
  }
}

interface Target {
  readonly variable: string;
  readonly key: CatalogueKey;
  readonly path: readonly string[];
}

/** Each key of each server and bot that the file or `QQBRIDGE_SERVER_LIST` names: `QQBRIDGE_SERVER_LIST_SURVIVAL_PORT`. */
function namedTargets(root: MapNode): Target[] {
  return NAMED_KEYS.flatMap((key) => {
    const map = nodeAt(root, key.path.slice(0, 1));
    const names = map?.kind === 'map' ? [...map.entries.keys()] : [];
    return names.map((name) => {
      const path = key.path.with(1, name);
      return { variable: variableOf(path), key, path };
    });
  });
}

/**
 * Leaves out the byte order mark. Editors on Windows write it at the head of a file, and a file may become a variable.
 */
function variableText(env: Environment, name: string): string | undefined {
  return env[name]?.replace(/^\uFEFF/, '');
}

function setFrom(
  root: MapNode,
  target: Target,
  context: { readonly env: Environment; readonly findings: Findings },
): void {
  const { variable, key, path } = target;
  const given = variableText(context.env, variable);
  if (given === undefined || given === '') return;
  const invisible = invisibleIn(given);
  if (invisible !== undefined) {
    context.findings.fault({ place: { variable }, path }, invisible, text`a value without it`);
    return;
  }
  const value: YamlNode | undefined =
    key.kind === 'text'
      ? { kind: 'text', place: { variable }, text: given }
      : parseYaml({ text: given, variable, path }, context.findings);
  if (value !== undefined) setAt(root, path, value);
}
