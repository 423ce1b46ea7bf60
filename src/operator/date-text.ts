/** `2024-05-06 12:00:00`, in local time; from milliseconds since the epoch. */
export function dateTimeText(ms: number): string {
  const date = new Date(ms);
  return `${[date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join('-')} ${clockText(ms)}`;
}

/** `12:00:00`, in local time; from milliseconds since the epoch. */
export function clockText(ms: number): string {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

function twoDigits(part: number): string {
  return String(part).padStart(2, '0');
}
