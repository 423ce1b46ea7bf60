// An event that is larger than the application accepts must not hold up the events after it.
import { check, until } from './harness.mjs';

/** Messages after the large one. */
const FOLLOWING = 3;

/**
 * The test for an application with a limit: a message above the limit becomes a dead letter, and the messages after it
 * arrive. A second large message becomes one without being sent, since the bridge knows the limit then.
 *
 * @param limit The largest frame that the application accepts, in bytes.
 */
export function outgrows(limit) {
  return async ({ bot, app, daemon }) => {
    // The event has the text twice, in `message` and in `raw_message`.
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

/** How many events of the application have become dead letters, counted in the log. */
function deaths(daemon, app) {
  return daemon.noise.filter((line) => line.includes('an event is a dead letter') && line.includes(`=${app.name} `))
    .length;
}
