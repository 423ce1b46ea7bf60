import { spanIn } from './catalogues.ts';
import { language, t } from './i18n.ts';

/** `0`, `3.4`, `128`, `12.3K`. */
export function numberText(value: number): string {
  if (value < 10 && !Number.isInteger(value)) return value.toFixed(1);
  if (value < 10_000) return String(Math.round(value));
  return new Intl.NumberFormat(language.value, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

export function rateText(perSecond: number): string {
  return t('perSecond', perSecond > 0 && perSecond < 0.05 ? '<0.1' : numberText(perSecond));
}

export function countText(value: number): string {
  return new Intl.NumberFormat(language.value).format(value);
}

/** `0.8 ms`, `12 ms`, `3.2 s`. */
export function msText(ms: number): string {
  return ms < 1_000 ? `${numberText(ms)} ms` : `${numberText(ms / 1_000)} s`;
}

export function sizeText(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  if (bytes < 1_048_576) return `${numberText(bytes / 1_024)} KiB`;
  return `${numberText(bytes / 1_048_576)} MiB`;
}

/** `12s`, `3h 20m`, in the language of the page. */
export function spanText(ms: number): string {
  return spanIn(language.value, ms);
}

export function agoText(ms: number): string {
  return ms < 2_000 ? t('agoNow') : t('ago', spanText(ms));
}

export function clockText(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB');
}

export function dateTimeText(at: number): string {
  const date = new Date(at);
  const day = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
  return `${day} ${clockText(at)}`;
}
