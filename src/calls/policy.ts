import type { ActionsConfig } from '../config/types.ts';
import { readActionName } from '../onebot/action-name.ts';
import type { OneBotCall } from '../onebot/call-frame.ts';
import { doubtfulInOperation } from '../onebot/doubtful-member.ts';
import { neededActions, type QuickOperation, quickOperationOf } from '../onebot/quick-operation.ts';

/**
 * Which calls a server may make: `actions` of its entry, compiled once. Deny wins; without `allow` all else passes.
 *
 * It judges what a call does, not how it is written: suffixes are taken off, and a quick operation is judged by the
 * plain actions that it stands for.
 */
export class ActionPolicy {
  static readonly #compiled = new WeakMap<ActionsConfig, ActionPolicy>();
  readonly #allow: readonly Glob[] | undefined;
  readonly #deny: readonly Glob[];

  constructor({ allow, deny }: ActionsConfig) {
    this.#allow = allow?.map(compileGlob);
    this.#deny = (deny ?? []).map(compileGlob);
  }

  static of(actions: ActionsConfig): ActionPolicy {
    let policy = ActionPolicy.#compiled.get(actions);
    if (policy === undefined) {
      policy = new ActionPolicy(actions);
      ActionPolicy.#compiled.set(actions, policy);
    }
    return policy;
  }

  /** Why that call is denied; undefined when it is not. */
  denial(call: OneBotCall): string | undefined {
    if (this.#passesAll) return undefined;
    const { written, plain } = readActionName(call.action);
    // Another spelling may be the same action to a bot, above all in the path of an HTTP request.
    if (!PLAIN_NAME.test(plain)) return 'the name of the action has characters that no policy can judge';
    if (plain === QUICK_OPERATION) return this.operationDenial(quickOperationOf(call));
    if (this.#denies(plain) || this.#denies(written)) return denied(plain);
    return this.#allows(plain) || this.#allows(written) ? undefined : denied(plain);
  }

  /** The same for a quick operation; undefined stands for one that can't be read. */
  operationDenial(quick: QuickOperation | undefined): string | undefined {
    if (this.#passesAll) return undefined;
    if (this.#denies(QUICK_OPERATION)) return denied(QUICK_OPERATION);
    if (quick === undefined)
      return 'the quick operation or its context can be read in more than one way, or not at all';
    const doubtful = doubtfulInOperation(quick);
    if (doubtful !== undefined) return `${doubtful} stands in it twice, in another casing or with escapes`;
    for (const names of neededActions(quick)) {
      const mayDo = !names.some((name) => this.#denies(name)) && names.some((name) => this.#allows(name));
      if (!mayDo) return denied(names.at(-1) ?? QUICK_OPERATION);
    }
    return undefined;
  }

  get #passesAll(): boolean {
    return this.#allow === undefined && this.#deny.length === 0;
  }

  #denies(name: string): boolean {
    return this.#deny.some((glob) => glob(name));
  }

  #allows(name: string): boolean {
    return this.#allow === undefined || this.#allow.some((glob) => glob(name));
  }
}

const QUICK_OPERATION = 'handle_quick_operation';
const PLAIN_NAME = /^[\w.:-]{1,128}$/;

function denied(action: string): string {
  return `this server may not call ${action}`;
}

/** Whether a name matches. */
type Glob = (name: string) => boolean;

/** `*` stands for any characters, also none. Takes each piece where it first fits, so no pattern costs more than a walk. */
function compileGlob(pattern: string): Glob {
  const { written } = readActionName(pattern);
  const [head = '', ...rest] = written.split('*');
  const tail = rest.pop();
  if (tail === undefined) return (name) => name === written;
  return (name) => {
    if (!name.startsWith(head) || !name.endsWith(tail) || name.length < head.length + tail.length) return false;
    let at = head.length;
    for (const piece of rest) {
      const found = name.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= name.length - tail.length;
  };
}
