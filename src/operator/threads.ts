import { readdir, readFile } from 'node:fs/promises';
import { inEnglish, type Text, text, type Words } from '../support/text.ts';
import { ageText } from './duration-text.ts';
import { fitted } from './fitted-lines.ts';
import { eventLoopLagLine, memoryLine } from './process-lines.ts';
import { stateWords } from './state-words.ts';
import { type Column, type TableOptions, textTable } from './text-table.ts';
import type { WorkerStatus } from './types.ts';

/** Where Linux lists the threads of this process. */
const TASKS = '/proc/self/task';

/** The kernel's USER_HZ, the same on all of Linux's machines that Node runs on. */
const TICKS_PER_SECOND = 100;

/** The answer to `debug thread`: the threads of the process by name, its event loop, then every worker and link. */
export async function threadLines(workers: readonly WorkerStatus[], options: TableOptions): Promise<Words[]> {
  const names = shownNames(workers, options);
  const rows = workers.map(({ name, state, since, detail }, at) => [
    names[at] ?? name,
    stateWords(state),
    ageText(since),
    detail ?? '',
  ]);
  return [
    ...(await osThreadLines(options)),
    ...fitted([eventLoopLine(), await eventLoopLagLine(), memoryLine()], options),
    ...(rows.length === 0 ? [text`no worker`] : textTable(HEADER, rows, options)),
  ];
}

/** The names of workers. On a terminal a link below its server omits the server's name, so that the bot is not cut. */
function shownNames(workers: readonly WorkerStatus[], { maxWidth, speak = inEnglish }: TableOptions): readonly Words[] {
  if (maxWidth === undefined) return workers.map(({ name }) => name);
  let parent: string | undefined;
  return workers.map(({ name }) => {
    const full = speak(name);
    if (parent !== undefined && full.startsWith(`${parent} / `)) return `  ${full.slice(parent.length + 1)}`;
    parent = full;
    return full;
  });
}

const HEADER: readonly (Words | Column)[] = [
  { title: text`WORKER`, fit: 'cut' },
  text`STATE`,
  { title: text`FOR`, fit: 1 },
  { title: '', fit: 'below' },
];
const OS_HEADER = [text`OS THREAD`, text`NAME`, text`STATE`, text`CPU TIME`];

async function osThreadLines({ speak }: TableOptions): Promise<Words[]> {
  const ids = await readdir(TASKS).catch(() => undefined);
  if (ids === undefined) return [text`OS threads: this system does not list them`];
  // A thread may end between the listing and the reading.
  const stats = await Promise.all(ids.map((id) => readFile(`${TASKS}/${id}/stat`, 'utf8').catch(() => '')));
  const rows = stats.flatMap((stat) => {
    const [, id = '', name = '', rest = ''] = /^(\d+) \((.*)\) (.*)$/s.exec(stat) ?? [];
    const [state = '', , , , , , , , , , , userTicks, systemTicks] = rest.split(' ');
    const cpuSeconds = (Number(userTicks) + Number(systemTicks)) / TICKS_PER_SECOND;
    // Linux gives the first thread the number of the process; the others have the names that Node gave them.
    const shown = id === String(process.pid) ? `${name} (main)` : name;
    return id === '' ? [] : [[id, shown, state, `${cpuSeconds.toFixed(2)} s`]];
  });
  return textTable(OS_HEADER, rows, speak === undefined ? {} : { speak });
}

function eventLoopLine(): Text {
  const { utilization } = performance.eventLoopUtilization();
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const handles = [...counts].map(([kind, count]) => `${kind} x${count}`).join(', ');
  return text`event loop: busy ${(utilization * 100).toFixed(1)} % of the time since the start; it waits for ${handles}`;
}
