import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { turnstile } from './turnstile.ts';

const { signal } = new AbortController();

describe('a turnstile', () => {
  it('lets so many run at once, the others in their order, also after a failure', async () => {
    const gate = turnstile({ atOnce: 2, waiting: 10 });
    let running = 0;
    let most = 0;
    const order: number[] = [];
    const work = (number: number) => async () => {
      most = Math.max(most, ++running);
      order.push(number);
      await sleep(5);
      running--;
      if (number === 1) throw new Error('broken');
    };
    const ended = await Promise.allSettled([0, 1, 2, 3, 4].map((number) => gate.pass(work(number), signal)));
    expect(ended.map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, true, true]);
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
  });

  it('turns away whom nobody could serve in time', async () => {
    const gate = turnstile({ atOnce: 1, waiting: 1 });
    const hold = Promise.withResolvers<void>();
    const first = gate.pass(() => hold.promise, signal);
    const impatient = new AbortController();
    const second = gate.pass(() => Promise.resolve(2), impatient.signal);
    await expect(gate.pass(() => Promise.resolve(3), signal)).rejects.toMatchObject({ code: 'unavailable' });
    impatient.abort();
    await expect(second).rejects.toMatchObject({ code: 'unavailable' });
    const third = gate.pass(() => Promise.resolve(4), signal);
    hold.resolve();
    await first;
    expect(await third).toBe(4);
  });
});
