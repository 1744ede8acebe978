import { SECOND } from '@headwater/core/time.ts';

/** Alerts of one fault arrive in a burst; what comes within this time of each other is diagnosed once. */
export const BURST_MS = 4 * SECOND;
