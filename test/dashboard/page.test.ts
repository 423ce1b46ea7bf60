import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { en } from '../../dashboard/src/en.ts';
import { setOut } from '../../dashboard/src/json-parts.ts';
import { zh } from '../../dashboard/src/zh.ts';
import { launcher } from '../support/daemon.ts';

const PAGE = join(dirname(dirname(launcher())), 'dist', 'dashboard');

/** Gzipped, all that a browser loads. */
const MAX_BYTES = 60_000;

test('both languages of the dashboard say the same things, with the same values in them', () => {
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
  const placesOf = (sentence: string) => [...new Set(sentence.match(/\{\d\}/g))].sort();
  for (const [key, sentence] of Object.entries(en)) {
    assert.deepEqual(placesOf(zh[key as keyof typeof zh]), placesOf(sentence), key);
  }
});

test('what a browser loads of the dashboard is small', () => {
  const files = ['index.html', ...readdirSync(join(PAGE, 'assets')).map((name) => join('assets', name))];
  const bytes = files.reduce((sum, name) => sum + gzipSync(readFileSync(join(PAGE, name)), { level: 9 }).length, 0);
  assert.ok(bytes < MAX_BYTES, `${bytes} bytes`);
});

test('the page is its own files alone: nothing of another host, nothing written into it', () => {
  const html = readFileSync(join(PAGE, 'index.html'), 'utf8');
  assert.doesNotMatch(html, /(?:src|href)="(?:https?:)?\/\/|<style|style=|<script(?![^>]*src=)|\son\w+=/);
});

test('JSON is set out with every token as it was', () => {
  const json = '{"id":18446744073709551615,"empty":{ },"list":[1e3,true,"a\\"b\\u4f60"],"cut":"and so';
  const text = setOut(json)
    .map((part) => part.text)
    .join('');
  assert.equal(text.replaceAll(/\s/g, ''), json.replaceAll(/\s/g, ''));
  assert.equal(
    text,
    '{\n  "id": 18446744073709551615,\n  "empty": {},\n  "list": [\n    1e3,\n    true,\n    "a\\"b\\u4f60"\n  ],\n  "cut": "and so',
  );
});
