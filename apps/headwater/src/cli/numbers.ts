import { InvalidArgumentError } from 'commander';

/** Parses a whole number of at least 0. */
export function parseCount(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number, such as 20');
  return Number(text);
}

/** Parses a share between 0 and 1. */
export function parseShare(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('expected a number between 0 and 1, such as 0.9');
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
