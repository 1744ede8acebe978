import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import { parseDuration } from '@headwater/core/time.ts';
import { InvalidArgumentError } from 'commander';

/** Parses a whole number of at least 0. */
export function parseCount(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number, such as 20');
  return Number(text);
}

/** Parses a share between 0 and 1. */
export function parseShare(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('expected a number between 0 and 1, such as 0.9');
  return value;
}

/** Parses a number of seconds above 0. */
export function parseSeconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0)) throw new InvalidArgumentError('expected seconds above 0, such as 30');
  return value;
}

/** Parses a factor above 0. */
export function parseSpeed(text: string): number {
  const value = Number(text.replace(/x$/, ''));
  if (text.trim() === '' || !(value > 0)) throw new InvalidArgumentError('expected a factor above 0, such as 60');
  return value;
}

/** Parses a size such as `512Mi` into bytes. */
export function parseBytes(text: string): number {
  const bytes = parseQuantity(text);
  if (bytes === null || bytes <= 0) throw new InvalidArgumentError('expected a size above 0, such as 512Mi');
  return bytes;
}

/** Parses a span of time such as `90m` into milliseconds. */
export function parseWindow(text: string): number {
  const millis = parseDuration(text);
  if (millis === null || millis <= 0) throw new InvalidArgumentError('expected a duration above 0, such as 90m or 2h');
  return millis;
}
