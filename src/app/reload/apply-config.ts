import type { Bots } from '../../bots/bots.ts';
import type { CallDesk } from '../../calls/call-desk.ts';
import { type ConfigDiff, diffConfig } from '../../config/diff.ts';
import type { Config } from '../../config/types.ts';
import type { Voice } from '../../language/voice.ts';
import type { EventLog } from '../../log/types.ts';
import type { Port } from '../../port/port.ts';
import { Router } from '../../routing/router.ts';
import type { Fleet } from '../../servers/fleet.ts';
import type { Logger } from '../../support/logger.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { AdminSwitch } from '../admin-switch.ts';
import type { Intake } from '../intake.ts';
import { secretsOf } from '../secrets.ts';
import type { MovedEvents, WaitingEvents } from '../waiting-events.ts';
import { movedNames, serverMoves } from './server-moves.ts';
import { runSteps, type Step, type StepWatcher } from './steps.ts';

/** The parts of the bridge that follow the config. */
export interface ReloadedParts {
  readonly telemetry: Telemetry;
  readonly voice: Voice;
  readonly log: EventLog;
  readonly waitingEvents: WaitingEvents;
  readonly intake: Intake;
  readonly admin: AdminSwitch;
  readonly port: Port;
  readonly fleet: Fleet;
  readonly bots: Bots;
  readonly desk: CallDesk;
  readonly logger: Logger;
  readonly watch?: StepWatcher | undefined;
}

/** The config in force and the operator's changes to it. */
export interface ConfigState {
  /** Undefined before the first start. */
  inForce: Config | undefined;
  /** The config for new parts: during a reload the next one. */
  building: Config;
  /** Servers whose events are held back. A reload keeps them, a restart does not. */
  paused: ReadonlySet<string>;
}

/**
 * Changes the running bridge to what the config says. First start and reload both use this function.
 *
 * A reload is a list of steps, each with an undo. Steps that can fail come first. Waiting events are moved while no event
 * comes in, and are on disk before a server reads them. The config in force is replaced last. If a step fails,
 * everything is as it was.
 *
 * @throws The error of the step that failed. The old config is then in force.
 */
export async function applyConfig(parts: ReloadedParts, state: ConfigState, next: Config): Promise<ConfigDiff> {
  const before = state.inForce;
  const diff = diffConfig(before, next);
  const { logger, intake, admin, watch } = parts;
  const change: Change = { parts, state, before, next, diff, moves: serverMoves(before, next) };
  try {
    await runSteps(stepsOf(change), {
      watch,
      onUndoFailed: (step, error) =>
        logger.error('a reload that failed could not be undone wholly: a restart is needed', { step, error }),
    });
  } finally {
    intake.release();
  }
  admin.keep();
  await tidyUp(change);
  return diff;
}

interface Change {
  readonly parts: ReloadedParts;
  readonly state: ConfigState;
  readonly before: Config | undefined;
  readonly next: Config;
  readonly diff: ConfigDiff;
  /** Where the events of a server go: its old name and its new name. */
  readonly moves: ReadonlyMap<string, string>;
}

function stepsOf(change: Change): readonly Step[] {
  return [
    secrets(change),
    building(change),
    logFile(change),
    adminListener(change),
    portTls(change),
    dialledBots(change),
    stopServers(change),
    ...moveEvents(change),
    startServers(change),
    adjustServers(change),
    portGuards(change),
    calls(change),
    languageAndLog(change),
    inForce(change),
  ];
}

/** The logger has to know each secret before anything that uses the secret can fail and be logged. */
function secrets({ parts: { telemetry, admin }, before, next }: Change): Step {
  const set = (...configs: readonly (Config | undefined)[]) => {
    const values = configs.flatMap((config) => (config === undefined ? [] : secretsOf(config)));
    telemetry.setSecrets(admin.token === undefined ? values : [...values, admin.token]);
  };
  return { name: 'secrets', run: () => set(before, next), undo: () => set(before) };
}

function building({ parts: { log }, state, before, next }: Change): Step {
  return {
    name: 'building',
    run: () => {
      state.building = next;
    },
    undo: () => {
      state.building = before ?? next;
      // A cursor that was made during the reload has its limits from the config that did not come into force.
      log.refreshBounds();
    },
  };
}

/** Finds out that a log file can't be written. One of the last steps begins to write it. */
function logFile({ parts: { telemetry }, before, next }: Change): Step {
  const isNew = before !== undefined && before.log.file !== next.log.file;
  return {
    name: 'log file',
    run: async () => {
      if (isNew) await telemetry.tryFile(next.log.file);
    },
    undo: () => {},
  };
}

function adminListener(change: Change): Step {
  const { admin } = change.parts;
  return {
    name: 'admin listener',
    run: async () => {
      if (change.diff.adminChanged) await admin.change(change.next.admin);
      await secrets(change).run();
    },
    undo: () => admin.undo(),
  };
}

function portTls({ parts: { port }, before, next, diff }: Change): Step {
  const isChanged = before !== undefined && diff.portGuards.includes('tls');
  return {
    name: 'TLS of the port',
    run: async () => {
      if (isChanged) await port.secure(next.port.tls);
    },
    undo: async () => {
      if (isChanged) await port.secure(before.port.tls);
    },
  };
}

function dialledBots({ parts: { bots }, before, next }: Change): Step {
  return {
    name: 'bots',
    run: () => bots.configure(next.bots),
    undo: async () => {
      if (before !== undefined) await bots.configure(before.bots);
    },
  };
}

/** Waits until the connections are closed. Events that were in flight wait again afterwards. */
function stopServers(change: Change): Step {
  const { parts, before } = change;
  const names = stoppedServers(change);
  return {
    name: 'servers stop',
    run: async () => {
      await Promise.all(names.map((name) => parts.fleet.remove(name)));
    },
    undo: () => {
      if (before === undefined) return;
      startAll(change, before, names);
      parts.fleet.arrange(before.servers.keys());
    },
  };
}

/** Two steps while no event comes in: the first moves waiting events, the second flushes them to disk. */
function moveEvents(change: Change): readonly Step[] {
  const { parts, state, before, next, moves } = change;
  const { intake, log, waitingEvents } = parts;
  const { router } = intake;
  const { paused } = state;
  let moved: MovedEvents | undefined;
  const move: Step = {
    name: 'waiting events',
    run: () => {
      // The router comes first, since it can fail: where a filter can't be compiled, no event may be moved.
      const routes = new Router(next.servers.values());
      intake.hold();
      moved = waitingEvents.move({ before, next, moves, stopped: new Set(stoppedServers(change)) });
      state.paused = movedNames(paused, moves);
      intake.configure(routes);
    },
    undo: async () => {
      intake.configure(router);
      state.paused = paused;
      const wasMoved = moved?.isAny === true;
      moved?.undo();
      // A failed write does not fail the reload: the events in memory are right, the log reports the failure itself,
      // and it writes them when the disk works again.
      if (wasMoved) await log.flush().catch(() => {});
    },
  };
  const commit: Step = {
    name: 'commit',
    run: async () => {
      if (moved?.isAny === true) await log.flush();
    },
    undo: () => {},
  };
  return [move, commit];
}

function startServers(change: Change): Step {
  const { fleet } = change.parts;
  const { added, changed } = change.diff.servers;
  const names = [...changed, ...added];
  return {
    name: 'servers start',
    run: () => {
      startAll(change, change.next, names);
      fleet.arrange(change.next.servers.keys());
    },
    undo: async () => {
      await Promise.all(names.map((name) => fleet.remove(name)));
    },
  };
}

/** Servers whose connections stay. */
function adjustServers(change: Change): Step {
  const { parts, before, next, diff } = change;
  const { fleet, bots, waitingEvents } = parts;
  const takeUp = async (config: Config) => {
    for (const name of diff.servers.adjusted) {
      const server = config.servers.get(name);
      if (server !== undefined) await fleet.configure(server, bots.online(), waitingEvents.botsOf(name));
    }
  };
  return {
    name: 'servers adjust',
    run: () => takeUp(next),
    undo: async () => {
      if (before !== undefined) await takeUp(before);
    },
  };
}

function portGuards({ parts: { port }, before, next }: Change): Step {
  return {
    name: 'guards of the port',
    run: () => port.configure(next.port, next.servers.values()),
    undo: () => {
      if (before !== undefined) port.configure(before.port, before.servers.values());
    },
  };
}

function calls({ parts: { desk }, before, next, diff }: Change): Step {
  const isChanged = diff.callKeys.length > 0;
  return {
    name: 'calls',
    run: () => {
      if (isChanged) desk.configure(next.calls);
    },
    undo: () => {
      if (isChanged && before !== undefined) desk.configure(before.calls);
    },
  };
}

function languageAndLog({ parts: { telemetry, voice }, before, next, diff }: Change): Step {
  let undoLog: (() => void) | undefined;
  return {
    name: 'language and log',
    run: () => {
      if (diff.logChanged) undoLog = telemetry.reconfigure(next.log);
      if (diff.languageChanged) voice.change(next.language);
    },
    undo: () => {
      undoLog?.();
      if (before !== undefined) voice.change(before.language);
    },
  };
}

function inForce({ state, before, next }: Change): Step {
  return {
    name: 'config in force',
    run: () => {
      state.inForce = next;
    },
    undo: () => {
      state.inForce = before;
    },
  };
}

/** Steps that can't be undone. They run when no step can fail any more. */
async function tidyUp({ parts, next, diff }: Change): Promise<void> {
  const { log, fleet, waitingEvents, logger } = parts;
  log.refreshBounds();
  waitingEvents.tidy(next);
  try {
    if (diff.portGuards.includes('anonymous_calls')) await fleet.dismissAnonymous();
  } catch (error) {
    logger.error('the applications without a token could not be sent away', { error });
  }
}

function stoppedServers({ diff: { servers } }: Change): readonly string[] {
  return [...servers.removed, ...servers.changed];
}

/** Starts the servers with these names. Servers that run already are not touched. */
function startAll({ parts, state }: Change, config: Config, names: readonly string[]): void {
  const { fleet, bots, waitingEvents } = parts;
  const online = bots.online();
  for (const name of names) {
    const server = config.servers.get(name);
    if (server === undefined || fleet.has(name)) continue;
    fleet.add(server, online);
    if (state.paused.has(name)) fleet.setPaused(name, true);
    for (const selfId of waitingEvents.botsOf(name)) fleet.eventsWait(name, selfId);
  }
}
