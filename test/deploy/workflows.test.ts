import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from 'js-yaml';
import { ROOT } from '../docs/pages.ts';

interface Workflow {
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly strategy?: { readonly matrix: { readonly node?: readonly number[] } };
  readonly steps?: readonly { readonly run?: string; readonly uses?: string }[];
}

const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const WORKFLOWS = readdirSync(join(ROOT, '.github/workflows')).map(
  (name) => [name, load(textOf(`.github/workflows/${name}`)) as Workflow] as const,
);

const { scripts, engines } = JSON.parse(textOf('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
};

test('the workflows run on every supported Node what .ci/run runs', () => {
  const supported = /const SUPPORTED = (\[.*\]);/.exec(textOf('test/release/run.mjs'))?.[1] ?? '';
  const { test: job } = (load(textOf('.github/workflows/ci.yml')) as Workflow).jobs;
  assert.deepEqual(job?.strategy?.matrix.node, JSON.parse(supported));
  assert.ok(engines.node.startsWith(`>=${JSON.parse(supported)[0]}.`));
  assert.ok(job?.steps?.some(({ run }) => run === 'bash .ci/run'));
});

for (const [name, { jobs }] of WORKFLOWS) {
  test(`the jobs of ${name} need jobs, files and scripts that there are`, () => {
    for (const { needs = [], uses, steps = [] } of Object.values(jobs)) {
      for (const needed of [needs].flat()) assert.ok(needed in jobs, needed);
      if (uses !== undefined) assert.ok(existsSync(join(ROOT, uses)), uses);
      assert.ok(uses !== undefined || steps.length > 0);
      for (const step of steps) {
        assert.ok((step.run === undefined) !== (step.uses === undefined));
        // A version, so that what runs is what was looked at.
        if (step.uses !== undefined) assert.match(step.uses, /^[\w-]+\/[\w-]+@v\d+$/);
      }
    }
  });
}

test('every npm script that .ci/run and the workflows call is there', () => {
  const calls = [textOf('.ci/run'), ...WORKFLOWS.map(([name]) => textOf(`.github/workflows/${name}`))].join('\n');
  const called = [...calls.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name = '']) => name);
  const npmItself = ['ci', 'audit', 'pkg', 'publish'];
  assert.deepEqual(
    called.filter((name) => !(name in scripts) && !npmItself.includes(name)),
    [],
  );
});

test('the issue forms have what GitHub asks of them', () => {
  for (const name of ['bug.yml', 'feature.yml']) {
    const form = load(textOf(`.github/ISSUE_TEMPLATE/${name}`)) as {
      readonly name: string;
      readonly description: string;
      readonly body: readonly {
        readonly type: string;
        readonly id?: string;
        readonly attributes: Readonly<Record<string, string>>;
      }[];
    };
    assert.ok(form.name.length > 3 && form.description.length > 3);
    const fields = form.body.filter(({ type }) => type !== 'markdown');
    for (const { type, id, attributes } of fields) {
      assert.ok(['input', 'textarea', 'dropdown', 'checkboxes'].includes(type));
      assert.match(id ?? '', /^[\w-]+$/);
      assert.ok((attributes['label'] ?? '') !== '');
    }
    assert.equal(new Set(fields.map(({ id }) => id)).size, fields.length);
  }
});

test('what the Dockerfile copies is there, and let through by .dockerignore', () => {
  const letThrough: readonly string[] = textOf('.dockerignore').match(/(?<=^!).+$/gm) ?? [];
  const copied = [...textOf('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, from = '']) =>
    from.split(' '),
  );
  assert.ok(copied.length > 5);
  for (const path of copied) {
    assert.ok(existsSync(join(ROOT, path)), path);
    assert.ok(letThrough.includes(path), path);
  }
});

test('the compose file and the service unit start what is there', () => {
  const { services, volumes } = load(textOf('compose.yaml')) as {
    readonly services: Readonly<Record<string, { readonly volumes?: readonly string[] }>>;
    readonly volumes: object;
  };
  for (const { volumes: mounts = [] } of Object.values(services)) {
    const named = mounts.map((mount) => mount.split(':')[0] ?? '').filter((source) => !source.startsWith('.'));
    for (const name of named) assert.ok(name in volumes, name);
  }
  const started = /^ExecStart=\S+ \/opt\/qqbridge\/(\S+)/m.exec(textOf('deploy/qqbridge.service'))?.[1] ?? '';
  assert.ok(existsSync(join(ROOT, started)), started);
});
