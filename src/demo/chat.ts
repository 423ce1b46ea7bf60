/** The account that the simulated bot is, and where it sits. */
export const BOT_ID = '10001';
export const BOT_NAME = 'QQBridge demo';
export const GROUP_ID = 20001;

export interface Person {
  readonly id: number;
  readonly nickname: string;
  readonly role: 'owner' | 'admin' | 'member';
}

export const PEOPLE: readonly Person[] = [
  { id: 30001, nickname: '小明', role: 'owner' },
  { id: 30002, nickname: 'Alex', role: 'admin' },
  { id: 30003, nickname: '史蒂夫', role: 'member' },
  { id: 30004, nickname: 'Notch', role: 'member' },
];

/** What the HTTP server refuses for good, so that there is a dead letter to look at. */
export const SPAM = 'buy cheap diamonds';

/** What they say, over and over. `!!` is for the Minecraft server, `echo` for the web hook, `who` for the assistant. */
const LINES: readonly string[] = [
  '大家好',
  '!!online',
  'has anybody seen my axe?',
  'echo 今晚八点开新服',
  'who am I',
  '!!ping',
  '[CQ:face,id=178] 来一局?',
  '[CQ:at,qq=10001] help',
  'echo hello from the group',
  '我在下界迷路了',
  SPAM,
  'brb',
];

export interface Saying {
  readonly person: Person;
  readonly message: string;
}

/** The n-th message of the group. Always the same, so that a demo can be shown twice. */
export function sayingAt(n: number): Saying {
  const person = PEOPLE[n % PEOPLE.length] as Person;
  return { person, message: LINES[n % LINES.length] as string };
}
