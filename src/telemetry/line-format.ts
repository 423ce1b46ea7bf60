import type { LogLevel } from '../config/types.ts';
import { printable } from '../support/printable.ts';
import type { FieldValue } from './field-values.ts';

/** One line of the log, free of credentials, before it becomes text. */
export interface LogRecord {
  readonly time: Date;
  readonly level: LogLevel;
  readonly message: string;
  readonly values: Readonly<Record<string, FieldValue>>;
}

const COLOURS: Readonly<Record<LogLevel, number>> = { error: 31, warn: 33, info: 32, debug: 36 };
const GREY = 90;

/** Values that need no quotes. */
const PLAIN = /^[^\s"\\=\p{C}]+$/u;

/** `[12:00:00] [INFO] message bot=10001 server=survival`, in local time. */
export function textLine(record: LogRecord, colour: boolean): string {
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const time = paint(GREY, `[${clock(record.time)}]`);
  const level = paint(COLOURS[record.level], `[${record.level.toUpperCase()}]`);
  const fields = Object.entries(record.values).map(([key, value]) => ` ${paint(GREY, `${key}=`)}${valueText(value)}`);
  return `${time} ${level} ${printable(record.message)}${fields.join('')}`;
}

/** The record as one JSON object; a field that is named like one of its own members is kept under `field_<name>`. */
export function jsonLine(record: LogRecord): string {
  const own = { time: record.time.toISOString(), level: record.level, message: record.message };
  const fields = Object.entries(record.values).map(([key, value]) => [key in own ? `field_${key}` : key, value]);
  return printable(JSON.stringify({ ...own, ...Object.fromEntries(fields) }));
}

/** `bot=10001 server=survival`, without colour. */
export function valuesText(values: LogRecord['values']): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${valueText(value)}`)
    .join(' ');
}

function valueText(value: FieldValue): string {
  const text = String(value);
  return PLAIN.test(text) ? text : printable(JSON.stringify(text));
}

function clock(time: Date): string {
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
