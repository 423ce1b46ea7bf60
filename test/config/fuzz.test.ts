// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is how a config file names a variable
import { test } from 'node:test';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { CATALOGUE } from '../../src/config/catalogue.ts';
import { formatFault } from '../../src/config/findings.ts';
import { read } from './read.ts';

const KEYS = CATALOGUE.map(({ path }) => path.at(-1) ?? '');

/** Loads or has faults, each in one line that names its place; never throws. */
function isJudged(text: string): boolean {
  const outcome = read(text, { SET: 'x' });
  if (outcome.kind === 'loaded') return true;
  return (
    outcome.faults.length > 0 &&
    outcome.faults.every((fault) => fault.line !== undefined && !/\p{Cc}/u.test(String(formatFault(fault))))
  );
}

const scalarText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'yes',
    'true',
    '5700',
    '0',
    '-1',
    '64MiB',
    '5s',
    '1h',
    '127.0.0.1',
    '::',
    '${SET}',
    '${UNSET}',
    'ws://h/',
    'http://h',
    '/x',
  ),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);

const configLike = fc.letrec<{ value: unknown; map: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalarText,
    fc.array(tie('value'), { maxLength: 3 }),
    tie('map'),
  ),
  map: fc.dictionary(fc.oneof(fc.constantFrom(...KEYS, 'a', 'b'), fc.string()), tie('value'), { maxKeys: 6 }),
}));

test('any text is loaded or faulty', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', size: 'medium' }), isJudged), { numRuns: 2_000 });
});

test('any text of YAML signs is loaded or faulty', () => {
  const sign = fc.constantFrom(
    ...'abp:-?&*!|>\'"%@`#,[]{}<~ \t\n\r0',
    '\n  ',
    ': ',
    '- ',
    '<<: ',
    '*a',
    '&a ',
    '---\n',
    'port: ',
    'server_list: ',
  );
  const text = fc.array(sign, { maxLength: 40 }).map((signs) => signs.join(''));
  fc.assert(fc.property(text, isJudged), { numRuns: 5_000 });
});

test('any tree of our keys and any values is loaded or faulty', () => {
  fc.assert(
    fc.property(configLike.map, (map) => isJudged(dump(map))),
    { numRuns: 2_000 },
  );
});
