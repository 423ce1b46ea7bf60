import { check, until } from './harness.mjs';

/** Messages that the bot sends while an application is away. */
const KEPT = 5;

/**
 * One ping, a burst of them, and one more, which proves that nothing superfluous was still on its way: every application
 * must pong each ping once and be told the id of its own message.
 */
export async function pings(bot, apps, burst) {
  const first = bot.say('ping');
  await until(() => pongsTo(bot, first).length >= apps.length && allTold(apps, 1));
  check(`one ping gets one pong from each of ${apps.length}`, eachOnce(bot, apps, first), list(pongsTo(bot, first)));

  const began = performance.now();
  const burstIds = Array.from({ length: burst }, () => bot.say('ping'));
  const wanted = apps.length * (burst + 1);
  await until(() => bot.sent.length >= wanted && allTold(apps, burst + 1));
  const seconds = ((performance.now() - began) / 1000).toFixed(2);

  const last = bot.say('ping');
  await until(() => pongsTo(bot, last).length >= apps.length && allTold(apps, burst + 2));

  const pongs = burstIds.flatMap((id) => pongsTo(bot, id)).length;
  check(
    `a burst of ${burst} pings gets ${apps.length * burst} pongs, one from each for each`,
    burstIds.every((id) => eachOnce(bot, apps, id)) && bot.sent.length === apps.length * (burst + 2),
    `${pongs} pongs in ${seconds} s, ${bot.sent.length} messages in all`,
  );

  const told = apps.flatMap((app) => app.of('told'));
  const right = told.filter(({ text, message_id: id }) => bot.sent.some((s) => s.text === text && s.messageId === id));
  check(
    'each is told its own message_id, every time',
    right.length === told.length && told.length === apps.length * (burst + 2),
    `${right.length} right of ${told.length} told`,
  );
  const failed = apps.flatMap((app) => app.of('failed'));
  check('no call fails', failed.length === 0, failed.length === 0 ? '0 failed' : JSON.stringify(failed.slice(0, 3)));
}

/** The event each application has seen as `text` carries its own name as `server`. */
export function tags(apps) {
  const wrong = apps.filter((app) => !app.showsNoServer && app.of('event').some(({ server }) => server !== app.name));
  check('each event carries the name of its server', wrong.length === 0, wrong.map((app) => app.name).join(' '));
}

export function list(sent) {
  return sent.map(({ text, messageId }) => `"${text}" is ${messageId}`).join(', ');
}

/**
 * The bridge, the bot and each application go away and come back, one after the other. After each return the
 * applications must answer a ping with a pong and read the id of their message, without any help. Stops at the first
 * application that does not.
 *
 * @param apps The applications that run. `isOrdered`: events have to reach the application in order. `readsNoAnswers`:
 *   it does not read the answers to its calls.
 * @param daemon The bridge. Undefined where an application can't bear a restart of the bridge.
 */
export async function endures({ bot, apps, daemon }) {
  if (!(await answers('it answers', { bot, apps }))) return;
  if (daemon !== undefined) {
    await daemon.restart();
    if (!(await answers('after a restart of the bridge', { bot, apps }))) return;
  }
  bot.drop();
  if (!(await answers('after the bot dropped its link', { bot, apps }))) return;
  await keeps({ bot, apps, daemon });
  await answers(`after a restart of ${apps.map(({ name }) => name).join(', ')}`, { bot, apps });
  tags(apps);
}

/**
 * Messages that come while the applications are away must reach each of them in order, although the bridge is restarted
 * in between. The last message must get its answer, although the applications come back before the bridge and the bot.
 */
async function keeps({ bot, apps, daemon }) {
  for (const app of apps) await app.end();
  const ids = Array.from({ length: KEPT }, (_, index) => bot.say(index === KEPT - 1 ? 'ping' : `kept ${index}`));
  if (daemon !== undefined) {
    // The bot sends its answer after its messages. When this call is answered, the bridge has all of them.
    await daemon.ctl('call', 'get_login_info');
    await daemon.end();
  }
  for (const app of apps) await app.start();
  await daemon?.start();
  const last = ids.at(-1);
  await until(() => {
    // go-cqhttp only notices a lost link when it sends something.
    bot.say('are you there');
    return apps.every((app) => keptOf(app, ids).length === KEPT) && isAnswered(bot, apps, last);
  }, 30_000);
  const restarted = daemon === undefined ? '' : ', and the bridge restarted,';
  check(
    `what was said while it was away${restarted} comes, all and in order`,
    apps.every((app) => JSON.stringify(keptOf(app, ids)) === JSON.stringify(ids)),
    apps.map((app) => `${app.name} got ${keptOf(app, ids).join(' ')}`).join(', '),
  );
  const failed = apps.flatMap((app) => app.of('failed'));
  check(
    'and its answer to the last of it reaches the bot',
    isAnswered(bot, apps, last) && failed.length === 0,
    [list(pongsTo(bot, last)), ...failed.map(({ error }) => error)].join(' '),
  );
}

/**
 * The messages of `ids` that an application got, each once, in the order in which they came if the order is promised.
 */
function keptOf(app, ids) {
  const got = [...new Set(app.of('event').map((seen) => seen.message_id))].filter((id) => ids.includes(id));
  return app.isOrdered ? got : got.sort((a, b) => a - b);
}

async function answers(when, { bot, apps }) {
  const seen = apps.map((app) => app.of('event').length);
  // Until all links are up again, events may have to wait.
  const isUp = await until(() => {
    bot.say('are you there');
    return apps.every((app, index) => app.of('event').length > seen[index]);
  });
  const id = bot.say('ping');
  const isTold = () => eachOnce(bot, apps, id) && isAnswered(bot, apps, id);
  await until(() => isUp && isTold(), 30_000);
  const failed = apps.flatMap((app) => app.of('failed'));
  const good = isTold() && failed.length === 0;
  check(
    `${when}: a ping gets one pong, and its sender is told of it`,
    good,
    [list(pongsTo(bot, id)), ...failed.map(({ error }) => error)].join(' '),
  );
  return good;
}

/** Whether each application has answered this ping and has read the id of its message. */
function isAnswered(bot, apps, id) {
  const texts = pongsTo(bot, id).map(({ text }) => text);
  return apps.every((app) => {
    const pong = `pong ${app.name} ${id}`;
    return texts.includes(pong) && (app.readsNoAnswers || app.of('told').some(({ text }) => text === pong));
  });
}

function pongsTo(bot, id) {
  return bot.sent.filter(({ text }) => text.startsWith('pong ') && text.endsWith(` ${id}`));
}

function eachOnce(bot, apps, id) {
  const texts = pongsTo(bot, id).map(({ text }) => text);
  return texts.length === apps.length && apps.every((app) => texts.includes(`pong ${app.name} ${id}`));
}

function allTold(apps, count) {
  return apps.every((app) => app.of('told').length + app.of('failed').length >= count);
}
