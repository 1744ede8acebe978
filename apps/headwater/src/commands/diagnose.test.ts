import { resolve } from 'node:path';
import { DiagnosisExplanation } from '@headwater/contracts/diagnosis/explanation.ts';
import { describe, expect, it } from 'vitest';
import { run } from '../cli/run.ts';
import { captureIo } from '../cli/test-io.ts';
import { wire } from '../wiring.ts';

const RECORDING = resolve(import.meta.dirname, '../../../../recordings/hard-cascade');

async function headwater(argv: readonly string[]): Promise<{ code: number; stdout: string }> {
  const captured = captureIo();
  const code = await run(argv, { io: captured.io, wiring: wire });
  return { code, stdout: captured.stdout() };
}

describe('diagnose --explain', () => {
  it('gives the same diagnosis with every hypothesis and the chain of each alert', async () => {
    const [plain, explained] = await Promise.all([
      headwater(['diagnose', '--recording', RECORDING, '-o', 'json']),
      headwater(['diagnose', '--recording', RECORDING, '--explain', '-o', 'json']),
    ]);
    const explanation = DiagnosisExplanation.parse(JSON.parse(explained.stdout));
    expect(explained.code).toBe(plain.code);
    expect(explanation.diagnosis).toEqual(JSON.parse(plain.stdout));
    expect(explanation.hypotheses[0]).toMatchObject({ category: 'oom-killed', outcome: { code: 'won' } });
    expect(explanation.hypotheses.some(({ outcome }) => outcome.code === 'explained' && outcome.against === 1)).toBe(
      true,
    );
    expect(explanation.alerts.every(({ explainedBy }) => explainedBy === 1)).toBe(true);
    expect(explanation.alerts.some(({ chain }) => chain.some(({ relation }) => relation === 'calls'))).toBe(true);
  });

  it('says in words why each lost', async () => {
    const { stdout } = await headwater(['diagnose', '--recording', RECORDING, '--explain']);
    expect(stdout).toContain('HYPOTHESES CONSIDERED');
    expect(stdout).toMatch(/Lost +explained by StatefulSet/);
  });
});
