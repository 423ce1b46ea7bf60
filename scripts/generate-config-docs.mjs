// Writes what is made from the config schema: config/schema.json, config/example.yml, docs/configuration.md and its translation.
// Run `npm run build` first. A test fails while one of them is stale.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleConfig } from '../dist/config/example.js';
import { schemaText } from '../dist/config/home.js';
import { configReference } from '../dist/config/reference.js';
import { CHINESE_PAGE } from '../dist/config/reference-pages.js';
import { speakIn } from '../dist/language/speak.js';

const root = join(import.meta.dirname, '..');
writeFileSync(join(root, 'config/schema.json'), schemaText());
writeFileSync(join(root, 'config/example.yml'), exampleConfig());
writeFileSync(join(root, 'docs/configuration.md'), configReference());
writeFileSync(join(root, 'docs/configuration.zh-CN.md'), configReference(CHINESE_PAGE, speakIn('zh')));
