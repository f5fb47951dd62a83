import {html} from 'lit';

const FULL = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'medium'});
const SHORT = new Intl.DateTimeFormat(undefined, {month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit'});
const DAY = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium'});
const AGO = new Intl.RelativeTimeFormat(undefined, {numeric: 'auto', style: 'long'});
const NUMBER = new Intl.NumberFormat();
const UNITS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

export const number = (value) => NUMBER.format(value);

/** "1 key", "2 keys". */
export const count = (value, one, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;

const utc = (at) => `${at.replace('T', ' ').replace(/(\.\d+)?Z$/, '')} UTC`;

const shown = (at, text) => html`<time datetime=${at} title=${utc(at)}>${text}</time>`;

/** A moment in the person's own zone; UTC on hover. */
export const time = (at) => shown(at, FULL.format(new Date(at)));
export const shortTime = (at) => shown(at, SHORT.format(new Date(at)));
export const day = (at) => shown(at, DAY.format(new Date(at)));

/** "3 minutes ago", "in 2 days"; UTC on hover. */
export function relative(at) {
  return shown(at, distance((Date.parse(at) - Date.now()) / 1000));
}

export function distance(seconds) {
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return AGO.format(Math.trunc(seconds / length), unit);
}

/** "1:07:09", "4:05". */
export function clock(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (value) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${hours ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

/** "60 seconds", "5 minutes", "1 day". */
export function duration(seconds) {
  const [unit, length] = UNITS.slice(2).find(([, size]) => seconds % size === 0 && seconds >= size) ?? ['second', 1];
  return count(seconds / length, unit);
}

export function bytes(size) {
  return size < 1_000_000 ? `${number(Math.round(size / 1000))} kB` : `${number(Math.round(size / 100_000) / 10)} MB`;
}

const BROWSERS = [
  [/\bEdg\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\//, 'Firefox'],
  [/\b(Headless)?Chrom(e|ium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const SYSTEMS = [
  [/\b(iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/** What a person would call the device: "Firefox on Linux"; else what it calls itself. */
export function device(userAgent) {
  if (!userAgent) {
    return 'Unknown device';
  }
  const of = (names) => names.find(([sign]) => sign.test(userAgent))?.[1];
  const browser = of(BROWSERS);
  const system = of(SYSTEMS);
  return browser && system ? `${browser} on ${system}` : userAgent;
}
