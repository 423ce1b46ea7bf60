import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../src/config/load.ts';
import { CHINESE } from '../../src/language/zh.ts';
import { usageOf } from '../../src/operator/command.ts';
import { COMMANDS } from '../../src/operator/commands.ts';
import { configIn, Page, ROOT, spansOf } from './pages.ts';

const DECISIONS = readdirSync(join(ROOT, 'docs/decisions')).map((name) => `docs/decisions/${name}`);

const PAGES = [
  'README.md',
  'README.zh-CN.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  ...DECISIONS,
].map((path) => new Page(path));

/** Each page that is there in both languages. */
const PAIRS = PAGES.flatMap((page) => {
  const chinese = PAGES.find(({ path }) => path === page.path.replace(/\.md$/, '.zh-CN.md'));
  return chinese === undefined ? [] : [[page, chinese] as const];
});

const READMES = PAGES.slice(0, 2);

/** Named in the docs, but not in the repository: written at run time, or of another program. */
const ELSEWHERE = new Set(['config/config.yml', 'config/qq_api/config.json', 'config/im_api/config.yml']);

const IN_A_FOLDER = /^(?:\.ci|\.github|bin|config|deploy|docs|scripts|src|test)\/[\w./-]*$/;
const AT_THE_TOP =
  /^(?:[A-Z]+(?:\.zh-CN)?\.md|package\.json|biome\.json|tsconfig\.json|compose\.yaml|Dockerfile|LICENSE)$/;

for (const page of PAGES) {
  test(`every link in ${page.path} leads somewhere`, () => {
    const broken = page.links().filter((link) => !/^https?:/.test(link) && !isThere(page, link));
    assert.deepEqual(broken, []);
  });

  test(`every file that ${page.path} names is there`, () => {
    const named = page
      .codeSpans()
      .filter((span) => (IN_A_FOLDER.test(span) || AT_THE_TOP.test(span)) && !ELSEWHERE.has(span));
    // A room's file may be named from `src/` on, as in `config/types.ts`.
    assert.deepEqual(
      named.filter((path) => !existsSync(join(ROOT, path)) && !existsSync(join(ROOT, 'src', path))),
      [],
    );
  });
}

test('the package holds every file that its pages link to', () => {
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
  const isPacked = (path: string) => files.some((entry) => path === entry || path.startsWith(`${entry}/`));
  const dead = PAGES.filter(({ path }) => isPacked(path)).flatMap((page) =>
    page
      .links()
      .filter((link) => !/^(?:https?:|#)/.test(link))
      .map((link) => normalize(join(dirname(page.path), link.replace(/#.*/, ''))))
      .filter((path) => !isPacked(path))
      .map((path) => `${page.path}: ${path}`),
  );
  assert.deepEqual(dead, []);
});

for (const readme of READMES) {
  test(`the console commands in ${readme.path} are those that there are`, () => {
    const table = /<!-- console commands:[^\n]*-->\n\n((?:\|.*\n)+)/.exec(readme.text)?.[1] ?? '';
    const rows = table
      .split('\n')
      .map(spansOf)
      .filter((spans) => spans.length > 0);
    const expected = COMMANDS.map((command) => [
      usageOf(command),
      ...command.aliases.filter((name) => !name.startsWith('debug ')),
    ]);
    assert.deepEqual(rows, expected);
  });
}

for (const page of PAGES) {
  test(`the examples in ${page.path} are sound`, () => {
    for (const { language, text } of page.blocks()) {
      if (language === 'json') JSON.parse(text);
      if (language !== 'yaml') continue;
      const config = configIn(text);
      if (config === undefined) continue;
      const outcome = readConfig(config, { file: 'config.yml', env: {} });
      assert.equal(outcome.kind, 'loaded', `${text}\n${JSON.stringify(outcome)}`);
      assert.deepEqual(outcome.warnings, [], text);
    }
  });
}

for (const [page, chinese] of PAIRS) {
  test(`${page.path} and ${chinese.path} have the same sections, tables, links and examples`, () => {
    assert.deepEqual(shapeOf(chinese), shapeOf(page));
  });
}

/** What a page and its translation have in common. */
function shapeOf(page: Page) {
  return {
    headings: page.anchors().length,
    rows: page.rows().map((cells) => cells.length),
    links: page
      .links()
      .filter((link) => !link.startsWith('#'))
      // To the other language, or to a page of their own language.
      .map((link) => link.replace('.zh-CN', '').replace(/#.*/, '')),
    blocks: page
      .blocks()
      .filter(({ language }) => language !== 'mermaid')
      // Each page quotes the bridge's output in the language of the page.
      .map(({ language, text }) =>
        language === 'text' ? text.replaceAll(/\] .*$/gm, '] ...') : text.replaceAll(/#.*$/gm, '#'),
      ),
  };
}

for (const [, chinese] of PAIRS) {
  test(`${chinese.path} leads to Chinese pages, where there are any`, () => {
    const english = chinese
      .links()
      .filter((link) => /\.md(?:#|$)/.test(link) && !link.includes('.zh-CN'))
      .map((link) => normalize(join(dirname(chinese.path), link.replace(/#.*/, ''))))
      .filter((path) => existsSync(join(ROOT, path.replace('.md', '.zh-CN.md'))));
    // The first line links to the same page in English.
    assert.deepEqual(english, [chinese.path.replace('.zh-CN', '')]);
  });
}

test('what the Chinese pages quote of the bridge is what it says', () => {
  const quotes = new Page('docs/troubleshooting.zh-CN.md')
    .rows()
    .flatMap(([first = '']) => [...first.matchAll(/“([^”]+)”/g)].map(([, quote = '']) => quote));
  assert.ok(quotes.length > 30);
  const printed = new Page('README.zh-CN.md')
    .blocks()
    .filter(({ language }) => language === 'text')
    .flatMap(({ text }) => text.split('\n'));
  assert.ok(printed.length > 5);
  assert.deepEqual(
    [...quotes, ...printed].filter((quote) => !isSaid(quote)),
    [],
  );
});

/** Names, numbers and addresses stand between pieces of Chinese, where the catalogue has `{0}`. */
function isSaid(quote: string): boolean {
  const pieces = quote.split(/[\s…\x21-\x7e]+/).filter((piece) => piece !== '');
  return Object.values(CHINESE).some((sentence) => pieces.every((piece) => sentence.includes(piece)));
}

const architecture = new Page('docs/architecture.md');

test('every function and limit in docs/architecture.md stands in a file named beside it', () => {
  // A step of a list or a row of a table is one piece; so is a paragraph.
  const pieces = architecture.prose.split(/\n(?=\n|\||\d+\. )/);
  const missing = pieces.flatMap((piece) => {
    const spans = spansOf(piece);
    const sources = spans
      .filter((span) => /^src\/.*\.ts$/.test(span))
      .map((path) => readFileSync(join(ROOT, path), 'utf8'));
    if (sources.length === 0) return [];
    const names = spans.flatMap((span) => /^(#?\w+)\(\)$|^([A-Z][A-Z\d]*_[A-Z\d_]+)$/.exec(span)?.slice(1, 3) ?? []);
    return names.filter((name) => name !== undefined && !sources.some((source) => source.includes(name)));
  });
  assert.deepEqual(missing, []);
});

test('the import rules in docs/architecture.md are those that Biome enforces', () => {
  const { overrides } = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8')) as { overrides: BiomeOverride[] };
  const enforced = overrides.flatMap(({ includes: [folder = ''], linter }) => {
    const patterns = linter.rules.style?.noRestrictedImports?.options.patterns;
    if (patterns === undefined) return [];
    const allowed = patterns.flatMap(({ group }) => group.filter((pattern) => pattern.startsWith('!')));
    return [[folder.replace('**', ''), allowed.map((pattern) => pattern.replace('!**/', '')).sort()]];
  });
  const documented = architecture.rows().flatMap(([room = '', , allowed = '']) => {
    const [folder = ''] = spansOf(room);
    const types = spansOf(allowed).filter((span) => span.endsWith('/types.ts'));
    return /^src\/\w+\/$/.test(folder) && folder !== 'src/app/' ? [[folder, types.sort()]] : [];
  });
  assert.deepEqual(Object.fromEntries(documented), Object.fromEntries(enforced));
  const rooms = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(
    documented
      .map(([folder]) => folder)
      .concat('src/app/')
      .sort(),
    rooms.map(({ name }) => `src/${name}/`).sort(),
  );
});

interface BiomeOverride {
  readonly includes: readonly string[];
  readonly linter: {
    readonly rules: {
      readonly style?: {
        readonly noRestrictedImports?: {
          readonly options: { readonly patterns: readonly { readonly group: readonly string[] }[] };
        };
      };
    };
  };
}

test('each decision is numbered, and short enough to be read', () => {
  for (const [index, path] of DECISIONS.entries()) {
    const { text } = new Page(path);
    assert.ok(text.startsWith(`# ${index + 1}. `), path);
    assert.ok(text.split('\n').length <= 30, path);
  }
});

function isThere(page: Page, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page.path : normalize(join(dirname(page.path), path));
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || new Page(target).anchors().includes(decodeURIComponent(anchor));
}
