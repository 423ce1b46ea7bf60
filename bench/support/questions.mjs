import { createInterface } from 'node:readline';

/**
 * A process's own side of `Child`: says that it is there, then answers each question with what `answer` gives for it.
 * Ends with stdin.
 */
export function answerQuestions(greeting, answer) {
  const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
  const questions = createInterface({ input: process.stdin });
  questions.on('line', (line) => {
    Promise.resolve(answer(JSON.parse(line))).then(say, (error) => {
      console.error(error);
      process.exit(1);
    });
  });
  questions.on('close', () => process.exit());
  say(greeting);
}

/** Processor time of this process so far, all threads, microseconds. */
export function cpuMicros() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
