import { performance } from 'node:perf_hooks';
import { giveBackMemory } from './give-back.ts';

const LOOK_EVERY_MS = 10_000;
/** Shares of the time the thread worked; between them it is neither. */
const BUSY = 0.2;
const IDLE = 0.1;

/** Decides by the share of time a thread worked since the last look: true once after each time it was busy, when it is quiet again. */
export function idleAfterWork(): (share: number) => boolean {
  // Starting is work, too.
  let worked = true;
  return (share) => {
    if (share >= BUSY) worked = true;
    if (share > IDLE || !worked) return false;
    worked = false;
    return true;
  };
}

/** Gives back what a burst of work of this thread left behind, once it is quiet; returns how to end that. */
export function giveBackWhenIdle(): () => void {
  const isDue = idleAfterWork();
  let before = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (isDue(utilization)) giveBackMemory();
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
