import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';

// From .build/test/docs.
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** One Markdown file of the repository. */
export class Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  /** The text without its fenced blocks. */
  readonly prose: string;

  constructor(path: string) {
    this.path = path;
    this.text = readFileSync(join(ROOT, path), 'utf8');
    this.prose = this.text.replaceAll(/^( *)```[^\n]*\n.*?\n\1```$/gms, '');
  }

  /** The targets of its links, images included. */
  links(): string[] {
    return [...this.prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  }

  /** What stands in backticks. */
  codeSpans(): string[] {
    return spansOf(this.prose);
  }

  /** Its fenced blocks. */
  blocks(): { readonly language: string; readonly text: string }[] {
    return [...this.text.matchAll(/^( *)```(\w*)\n(.*?)\n\1```$/gms)].map(
      ([, indent = '', language = '', text = '']) => ({
        language,
        text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      }),
    );
  }

  /** The anchors of its headings, as GitHub makes them. */
  anchors(): string[] {
    return [...this.prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
  }

  /** The rows of its tables, as cells; heads included. */
  rows(): string[][] {
    return [...this.prose.matchAll(/^\|(.*)\|$/gm)]
      .map(([, row = '']) => row.split('|').map((cell) => cell.trim()))
      .filter((cells) => !cells.every((cell) => /^:?-+:?$/.test(cell)));
  }
}

export function spansOf(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
}

/**
 * A YAML block as a whole config: one that shows a few keys only is completed. Undefined for the file of another program,
 * which its first line names: `# prometheus.yml`.
 */
export function configIn(yaml: string): string | undefined {
  const keys = load(yaml) as Readonly<Record<string, unknown>>;
  if (/^# (?!config\/config\.yml)\S+\.ya?ml\b/.test(yaml)) return undefined;
  if ('server_list' in keys) return yaml;
  return JSON.stringify(
    'filter' in keys
      ? { server_list: { survival: { port: 5701, ...keys } } }
      : { server_list: { survival: { port: 5701 } }, ...keys },
  );
}
