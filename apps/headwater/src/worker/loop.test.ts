import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startLoop } from './loop.ts';

const never = 60_000;

describe('a loop', () => {
  it('runs at once, on a kick, and again after a kick that came while it ran', async () => {
    let runs = 0;
    const gate = Promise.withResolvers<void>();
    const loop = startLoop({
      every: never,
      onError: () => {},
      run: async () => {
        runs++;
        if (runs === 2) await gate.promise;
        return false;
      },
    });
    await sleep(5);
    expect(runs).toBe(1);
    loop.kick();
    await sleep(5);
    loop.kick();
    loop.kick();
    gate.resolve();
    await sleep(5);
    expect(runs).toBe(3);
    await loop.stop();
  });

  it('goes on as long as there is more, and after a failure', async () => {
    let runs = 0;
    const errors: unknown[] = [];
    const loop = startLoop({
      every: 1,
      onError: (error) => errors.push(error),
      run: () => {
        runs++;
        if (runs === 2) throw new Error('broken');
        return Promise.resolve(runs < 2);
      },
    });
    await sleep(30);
    await loop.stop();
    expect(runs).toBeGreaterThan(2);
    expect(errors).toHaveLength(1);
  });

  it('ends only when its run has ended', async () => {
    let ended = false;
    const loop = startLoop({
      every: never,
      onError: () => {},
      run: async () => {
        await sleep(20);
        ended = true;
        return true;
      },
    });
    await loop.stop();
    expect(ended).toBe(true);
  });
});
