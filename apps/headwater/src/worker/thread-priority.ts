import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

// On a scale from -20 to 19; at 5 a thread gets a third of what another gets beside it when both want a core.
const NICENESS = 5;

/**
 * Lets the threads that answer requests go before this one when cores are short: a diagnosis may wait, a sender of alerts retries.
 * Only Linux gives single threads a priority; elsewhere nothing happens.
 */
export function giveWayToAnswers(): void {
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), NICENESS);
  } catch {
    // No such link, or no right to it: the thread keeps the priority it has.
  }
}
