import { AppError } from '@headwater/core/errors.ts';
import { describe, expect, it } from 'vitest';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';

interface Committer {
  readonly commits: number[][];
  readonly queue: GroupCommit<number, string>;
  release(): void;
}

function committer(
  options: { poison?: number; down?: boolean; maxWaiting?: number; maxTogether?: number; held?: boolean } = {},
): Committer {
  const commits: number[][] = [];
  let release = (): void => {};
  const gate = options.held ? new Promise<void>((resolve) => (release = resolve)) : Promise.resolve();
  const queue = createGroupCommit<number, string>({
    commit: async (items) => {
      await gate;
      if (options.down) throw new AppError('unavailable', 'the database cannot be reached');
      if (items.includes(options.poison ?? -1)) throw new AppError('internal', 'poison');
      commits.push([...items]);
      return items.map((item) => `done ${item}`);
    },
    weigh: (item) => item,
    maxWaiting: options.maxWaiting ?? 1_000,
    maxTogether: options.maxTogether ?? 100,
  });
  return { commits, queue, release: () => release() };
}

describe('a group commit', () => {
  it('joins what arrives together and what arrives during a commit', async () => {
    const { commits, queue, release } = committer({ held: true });
    const first = [queue.submit(1), queue.submit(2)];
    await new Promise(setImmediate);
    const later = [queue.submit(3), queue.submit(4), queue.submit(5)];
    release();
    expect(await Promise.all([...first, ...later])).toEqual(['done 1', 'done 2', 'done 3', 'done 4', 'done 5']);
    expect(commits).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });

  it('takes no more together than it may, but always one', async () => {
    const { commits, queue } = committer({ maxTogether: 10 });
    await Promise.all([6, 4, 50, 3, 3].map((item) => queue.submit(item)));
    expect(commits).toEqual([[6, 4], [50], [3, 3]]);
  });

  it('fails the poisoned one alone', async () => {
    const { commits, queue } = committer({ poison: 13 });
    const outcomes = await Promise.allSettled([1, 13, 2].map((item) => queue.submit(item)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(commits).toEqual([[1], [2]]);
  });

  it('tries nothing one by one against an absent database', async () => {
    const { queue } = committer({ down: true });
    const outcomes = await Promise.allSettled([1, 2].map((item) => queue.submit(item)));
    expect(outcomes).toMatchObject([{ reason: { code: 'unavailable' } }, { reason: { code: 'unavailable' } }]);
  });

  it('refuses what exceeds the bound and says when to come back, yet takes anything when nothing waits', async () => {
    const { queue, release } = committer({ held: true, maxWaiting: 10 });
    const heavy = queue.submit(500);
    await expect(queue.submit(1)).rejects.toMatchObject({ code: 'unavailable', details: { retryAfterSeconds: 2 } });
    release();
    expect(await heavy).toBe('done 500');
    expect(await queue.submit(1)).toBe('done 1');
  });

  it('answers what it took before it closes, and takes nothing more', async () => {
    const { queue, release } = committer({ held: true });
    const taken = queue.submit(1);
    const closed = queue.close();
    await expect(queue.submit(2)).rejects.toMatchObject({ code: 'unavailable' });
    release();
    await closed;
    expect(await taken).toBe('done 1');
  });
});
