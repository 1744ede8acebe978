import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

// On a scale that ends at 19; five steps down a thread gets a third of what another gets beside it when both want a core.
const STEPS_DOWN = 5;
const LOWEST = 19;

/**
 * Lets the threads that answer requests go before this one when cores are short: a diagnosis may wait, a sender of alerts retries.
 * Only Linux gives single threads a priority; elsewhere nothing happens.
 */
export function giveWayToAnswers(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, Math.min(LOWEST, getPriority(thread) + STEPS_DOWN));
  } catch {
    // No such link, or no right to it: the thread keeps the priority it has.
  }
}
