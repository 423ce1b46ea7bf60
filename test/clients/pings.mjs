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
