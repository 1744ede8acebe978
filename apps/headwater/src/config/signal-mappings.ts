import { parseShape } from '@headwater/contracts/shape.ts';
import { type SignalMapping, SignalMappings } from '@headwater/contracts/webhooks/mapping.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { Kind } from './kinds.ts';

/** Mappings of foreign bodies; what is wrong inside one is told with its place. */
export const signalMappings: Kind<readonly SignalMapping[]> = {
  words: 'a list of signal mappings',
  read(value) {
    const given = typeof value === 'string' ? jsonOf(value) : value;
    if (!Array.isArray(given)) return undefined;
    const parsed = parseShape(SignalMappings, given);
    if (parsed.ok) return parsed.value;
    const faults = parsed.errors.map(({ what, expected }) => `  ${what}; expected ${expected}`);
    throw new AppError('invalid', `HEADWATER_SIGNAL_MAPPINGS is wrong:\n${faults.join('\n')}`, { details: { faults } });
  },
  write: (value) => JSON.stringify(value),
};

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
