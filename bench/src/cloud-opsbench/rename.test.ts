import { describe, expect, it } from 'vitest';
import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { caseInput } from './adapter.ts';
import type { OpsCase } from './dataset.ts';
import { seeded } from '../seeded.ts';
import { renameCase } from './rename.ts';

const SHOP: OpsCase = {
  id: 'one',
  namespace: 'market',
  query: 'Why does basket in market fail?',
  result: { fault_taxonomy: 'Runtime_Fault', fault_object: 'app/basket', root_cause: 'oom_killed' },
  kubectl: {
    'kubectl get pods -n market': 'NAME  READY\nbasket-1  0/1\n',
    'kubectl describe pods basket-1 -n market':
      'Name: basket-1\nLabels: app=basket\nStatus: Running\nContainers:\n  basket:\n    Image: registry.example/basket:1\n    Port: 8080/TCP\n    Limits:\n      memory:  8080Ki\n    Environment:\n      LEDGER_ADDR:  ledger:7070\n',
    'kubectl describe services basket -n market':
      'Name: basket\nSelector: app=basket\nPort: http  7070/TCP\nTargetPort: 8080/TCP\n',
    'kubectl describe services ledger -n market':
      'Name: ledger\nSelector: app=ledger\nPort: http  7070/TCP\nTargetPort: 7070/TCP\n',
  },
  tools: {},
  alert: null,
  logs: { basket: ['2026-03-01T10:00:00Z basket listens on 8080'] },
  metricsCsv: null,
};

function ports(opsCase: OpsCase): string[] {
  return caseInput(opsCase)
    .objects.flatMap((object) => (object.kind === 'Service' ? ((object as ObjectOf<'Service'>).spec?.ports ?? []) : []))
    .flatMap(({ port, targetPort }) => [String(port), String(targetPort)]);
}

describe('renameCase', () => {
  it('leaves no name of the application, in the truth and the logs neither', () => {
    const renamed = renameCase(SHOP, 1);
    expect(JSON.stringify(renamed)).not.toMatch(/basket|market|ledger/);
    expect(renamed.result.fault_object).toMatch(/^app\/[a-z]{6}$/);
    expect(Object.keys(renamed.logs as object)).toEqual([renamed.result.fault_object.slice(4)]);
    expect(renamed.result.root_cause).toBe('oom_killed');
  });

  it('keeps what the objects say to each other', () => {
    const shape = (opsCase: OpsCase): string[] =>
      caseInput(opsCase).objects.map(({ kind, metadata }) => `${kind} ${metadata.name.length}`);
    expect(shape(renameCase(SHOP, 1))).toEqual(shape(SHOP));
    const [front, target, ledger, ledgerTarget] = ports(renameCase(SHOP, 1));
    expect([front, ledger]).toEqual([ledgerTarget, ledgerTarget]);
    expect(front).not.toBe(target);
  });

  it('moves ports but not sizes, and never two to one', () => {
    for (let seed = 0; seed < 20; seed++) {
      const renamed = renameCase(SHOP, seed);
      expect(JSON.stringify(renamed)).not.toMatch(/\b(8080|7070)\b/);
      expect(JSON.stringify(renamed)).toContain('8080Ki');
      expect(new Set(ports(renamed)).size).toBe(2);
    }
  });

  it('keeps a hundred ports apart', () => {
    const rows = Array.from({ length: 100 }, (_, index) => `Port: p${index}  ${6000 + index}/TCP`);
    const many = {
      ...SHOP,
      kubectl: { 'kubectl describe services basket -n market': `Name: basket\n${rows.join('\n')}\n` },
    };
    const numbers = ports(renameCase(many, 1)).filter((port) => port !== 'undefined');
    expect(numbers).toHaveLength(100);
    expect(new Set(numbers).size).toBe(100);
  });

  it('is the same for the same seed only, and leaves its input alone', () => {
    const before = JSON.stringify(SHOP);
    expect(renameCase(SHOP, 3)).toEqual(renameCase(SHOP, 3));
    expect(renameCase(SHOP, 3)).not.toEqual(renameCase(SHOP, 4));
    expect(JSON.stringify(SHOP)).toBe(before);
  });
});

describe('seeded', () => {
  it('gives numbers from 0 up to 1, the same for a seed', () => {
    const random = seeded(5);
    const values = Array.from({ length: 1000 }, random);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(seeded(5)()).toBe(values[0]);
    expect(new Set(values).size).toBeGreaterThan(990);
  });
});
