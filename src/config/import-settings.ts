import { load } from 'js-yaml';
import { type Text, text } from '../support/text.ts';
import type { ChosenSettings } from './compose.ts';
import { Findings, formatFault } from './findings.ts';
import { importGoCqhttp } from './import-go-cqhttp.ts';
import { importNapCat } from './import-napcat.ts';
import { readConfig } from './load.ts';
import { migrate } from './migrate.ts';
import { parseYaml } from './parse-yaml.ts';
import { type PlainValue, toPlain } from './yaml-tree.ts';

/** What a config of another program says about ours. */
export interface Imported {
  readonly kind: 'imported';
  readonly program: 'QQBridge' | 'go-cqhttp' | 'NapCat';
  readonly settings: ChosenSettings;
  /** Ports that the other programs listen on: none for the bridge. */
  readonly takenPorts: readonly number[];
  /** What is to be known about it. */
  readonly notes: readonly (Text | string)[];
}

export type ImportOutcome = Imported | { readonly kind: 'faulty'; readonly reasons: readonly (Text | string)[] };

export interface ImportSource {
  /** Its path, whose name tells the account of a NapCat config. */
  readonly file: string;
  readonly content: string;
}

/** Reads a config of QQBridge.py or QQBridge, of go-cqhttp (`config.yml`) or of NapCat (`onebot11_*.json`). */
export function importSettings(source: ImportSource): ImportOutcome {
  const { file, content } = source;
  let data: unknown;
  try {
    data = load(content);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { kind: 'faulty', reasons: [text`${file} is neither YAML nor JSON: ${reason}`] };
  }
  if (isMap(data) && isMap(data['network'])) return importNapCat(data['network'], file);
  if (isMap(data) && Array.isArray(data['servers'])) return importGoCqhttp(data, data['servers']);
  if (isMap(data) && OWN_KEYS.some((key) => key in (data as object))) return importOwn(source);
  const known = text`${file} is no config of QQBridge.py, of go-cqhttp (config.yml) or of NapCat (onebot11_*.json)`;
  return { kind: 'faulty', reasons: [known] };
}

const OWN_KEYS = ['server_list', 'websocket', 'webscocket', 'host', 'port', 'post_host', 'post_port'];

/** As it stands, older keys by their names of today. */
function importOwn({ file, content }: ImportSource): ImportOutcome {
  const outcome = readConfig(content, { file, env: {} });
  if (outcome.kind === 'faulty') return { kind: 'faulty', reasons: outcome.faults.map(formatFault) };
  const findings = new Findings(file);
  const root = parseYaml({ text: content, path: [] }, findings);
  if (root?.kind !== 'map') return { kind: 'imported', program: 'QQBridge', settings: {}, takenPorts: [], notes: [] };
  migrate(root, findings);
  const settings = withoutNulls(toPlain(root)) as ChosenSettings;
  return { kind: 'imported', program: 'QQBridge', settings, takenPorts: [], notes: outcome.warnings };
}

/** A key without a value means its default. */
function withoutNulls(value: PlainValue): PlainValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== 'object') return value;
  const given = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(given.map(([key, each]) => [key, withoutNulls(each)]));
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
