import { check, until } from './harness.mjs';

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
  const wrong = apps.filter((app) => app.of('event').some(({ server }) => server !== app.name));
  check('each event carries the name of its server', wrong.length === 0, wrong.map((app) => app.name).join(' '));
}

export function list(sent) {
  return sent.map(({ text, messageId }) => `"${text}" is ${messageId}`).join(', ');
}

/**
 * The bridge, the bot and each application go away and come back, one after the other; after each the applications pong a
 * ping and are told the id of their own message, without anybody's help.
 *
 * @param apps Those that are there.
 * @param daemon The bridge, or nothing where an application can't bear its restart.
 */
export async function endures({ bot, apps, daemon }) {
  await answers('it answers', { bot, apps });
  if (daemon !== undefined) {
    await daemon.restart();
    await answers('after a restart of the bridge', { bot, apps });
  }
  bot.drop();
  await answers('after the bot dropped its link', { bot, apps });
  for (const app of apps) await app.restart();
  await answers(`after a restart of ${apps.map(({ name }) => name).join(', ')}`, { bot, apps });
  tags(apps);
}

async function answers(when, { bot, apps }) {
  const seen = apps.map((app) => app.of('event').length);
  // Until all links are up again, events may have to wait.
  const isUp = await until(() => {
    bot.say('are you there');
    return apps.every((app, index) => app.of('event').length > seen[index]);
  });
  const id = bot.say('ping');
  const isTold = () => apps.every((app) => app.of('told').some(({ text }) => text === `pong ${app.name} ${id}`));
  await until(() => isUp && isTold(), 30_000);
  const failed = apps.flatMap((app) => app.of('failed'));
  check(
    `${when}: a ping gets one pong, and its sender is told of it`,
    eachOnce(bot, apps, id) && isTold() && failed.length === 0,
    [list(pongsTo(bot, id)), ...failed.map(({ error }) => error)].join(' '),
  );
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
