// An event that is larger than an application takes: it must not hold up what follows.
import { check, until } from './harness.mjs';

/** Messages that follow the large one. */
const FOLLOWING = 3;

/**
 * What an application with a limit has to bear: a message above the limit becomes a dead letter, and the messages behind it
 * arrive. So does a second one, which is not even sent, since the limit is known by then.
 *
 * @param limit The largest frame that the application takes, in bytes.
 */
export function outgrows(limit) {
  return async ({ bot, app, daemon }) => {
    // The text is in the event twice, as `message` and as `raw_message`.
    const large = 'x'.repeat(limit / 2);
    for (const [time, then] of [
      ['above its limit', 'becomes a dead letter'],
      ['once more', 'becomes another'],
    ]) {
      const before = deaths(daemon, app);
      const tooLarge = bot.say(large);
      const ids = Array.from({ length: FOLLOWING }, () => bot.say('small'));
      const got = () => app.of('event').filter((seen) => ids.includes(seen.message_id)).length;
      await until(() => got() >= FOLLOWING);
      check(`a message ${time}: what follows it arrives`, got() >= FOLLOWING, `${got()} of ${FOLLOWING}`);
      await until(() => deaths(daemon, app) > before, 10_000);
      const isDead = deaths(daemon, app) === before + 1;
      check(`and it ${then}`, isDead && !app.of('event').some((seen) => seen.message_id === tooLarge));
    }
  };
}

/** How many events for that application have become dead letters, by the log. */
function deaths(daemon, app) {
  return daemon.noise.filter((line) => line.includes('an event is a dead letter') && line.includes(`=${app.name} `))
    .length;
}
