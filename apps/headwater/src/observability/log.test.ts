import { AppError } from '@headwater/core/errors.ts';
import { describe, expect, it } from 'vitest';
import { createLog, type LogLevel } from './log.ts';

function capture(level: LogLevel = 'info') {
  const lines: string[] = [];
  const log = createLog({ level, write: (line) => void lines.push(line), base: { thread: 'api' } });
  return { log, lines, first: () => JSON.parse(lines[0] ?? 'null') as Record<string, unknown> };
}

describe('the log', () => {
  it('is one JSON object per line, whatever stands in a text', () => {
    const { log, lines, first } = capture();
    log.info({ requestId: 'req_1', incidentId: 'inc_1' }, 'a forged\n{"level":"error"} line');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd().split('\n')).toHaveLength(1);
    expect(first()).toMatchObject({ level: 'info', thread: 'api', requestId: 'req_1', incidentId: 'inc_1' });
    expect(first()['time']).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it('leaves out what is less important than its level', () => {
    const { log, lines } = capture('error');
    log.info({}, 'a');
    log.warn({}, 'b');
    log.error({}, 'c');
    expect(lines).toHaveLength(1);
  });

  it('tells errors with their code and cause, and never a credential in them', () => {
    const { log, lines, first } = capture();
    const cause = new Error('connect to postgres://app:hunter2hunter2@db:5432/x failed');
    log.error({ error: new AppError('unavailable', 'the database is away', { cause }) }, 'failed');
    expect(first()).toMatchObject({ error: { code: 'unavailable', message: 'the database is away' } });
    expect(lines[0]).not.toContain('hunter2');
    log.error({ error: 'a text' }, 'thrown');
    expect(lines[1]).toContain('a text');
  });

  it('masks fields named like secrets', () => {
    const { log, lines } = capture();
    log.info({ password: 'p1', authorization: 'Bearer b2', settings: { token: 't3' }, user: 'ada' }, 'x');
    expect(lines[0]).toContain('ada');
    for (const secret of ['p1', 'b2', 't3']) expect(lines[0]).not.toContain(`${secret}"`);
  });
});
