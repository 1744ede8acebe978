import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../cli/exit-codes.ts';
import { run } from '../cli/run.ts';
import { captureIo } from '../cli/test-io.ts';
import { wire } from '../wiring.ts';
import { followRules } from './rule-files.ts';

const EXAMPLES = join(import.meta.dirname, '../../../../rules/examples');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-rules-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function headwater(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { io, stdout, stderr } = captureIo();
  const code = await run(args, { io, wiring: wire });
  return { code, out: stdout(), err: stderr() };
}

describe('headwater rules', () => {
  it('prints a rule that its own check accepts', async () => {
    const { out } = await headwater('rules', 'new', 'backup-failed');
    writeFileSync(join(folder, 'mine.yaml'), out);
    const checked = await headwater('rules', 'check', folder);
    expect(checked.out).toContain('1 rules accepted, 0 refused; 2 tests passed, 0 failed.');
    expect(checked.code).toBe(EXIT.ok.code);
    expect((await headwater('rules', 'new', 'No_Name')).err).toMatch(/cannot be the name of a rule/);
  });

  it('fails on a refused rule and on a failing test, and says where', async () => {
    const { out } = await headwater('rules', 'new', 'mine');
    writeFileSync(join(folder, 'wrong.yaml'), out.replace('says: Failed', 'says: Exploded'));
    writeFileSync(
      join(folder, 'bad.yml'),
      out
        .replace('name: mine', 'name: other')
        .replace('object.status.phase ==', 'object.status.phase =='.replace('object', 'thing')),
    );
    const { code, out: said } = await headwater('rules', 'check', folder);
    expect(code).toBe(EXIT.failed.code);
    expect(said).toMatch(/bad\.yml:10:5: rule other: when\.0: Unknown variable: thing/);
    expect(said).toContain('no finding about Backup/shop/nightly says "Exploded"');
  });

  it('lists what ships', async () => {
    const { out } = await headwater('rules', 'list', EXAMPLES);
    expect(out).toContain('velero-backup-failed');
    expect((await headwater('rules', 'list', join(folder, 'none'))).err).toMatch(/there is nothing at/);
  });
});

describe('followRules', () => {
  it('reads a file again when it is written, and keeps what was in force when it cannot be read', async () => {
    const { out } = await headwater('rules', 'new', 'first');
    const file = join(folder, 'a.yaml');
    writeFileSync(file, out);
    mkdirSync(join(folder, '..data'));
    writeFileSync(join(folder, '..data', 'a.yaml'), out);
    const rules = followRules([folder]);
    const names = (): string[] => rules().rules.map(({ rule }) => rule.name);
    expect(names()).toEqual(['first']);
    expect(rules()).toBe(rules());
    writeFileSync(file, out.replace('name: first', 'name: second'));
    utimesSync(file, 1_900_000_000, 1_900_000_000);
    expect(names()).toEqual(['second']);
    rmSync(folder, { recursive: true });
    expect(names()).toEqual(['second']);
  });

  it('refuses to start without its directory', () => {
    expect(() => followRules([join(folder, 'none')])).toThrow(/expected a rule file or a directory/);
  });
});
