import type { Cause, Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { emptyInput } from '@headwater/diagnosis/snapshot/input.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { describe, expect, it } from 'vitest';
import { canonical, LABELS, labelOf } from './labels.ts';
import { reportOf } from './report.ts';
import { type CaseScore, predictionsOf, rankOf } from './score.ts';

function cause(category: Cause['category'], changes: Partial<Cause> = {}): Cause {
  const subject = { kind: 'Deployment', namespace: 'shop', name: 'web' };
  return {
    subject,
    aliases: [],
    category,
    statement: '',
    confidence: { band: 'high', score: 1, basis: '' },
    actor: null,
    change: null,
    chain: [],
    supports: [],
    contradicts: [],
    findings: [],
    ...changes,
  };
}

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web' }], volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] },
    },
  },
} as unknown as KubeObject;
const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'shop' },
  spec: {},
} as unknown as KubeObject;
const snapshot = buildSnapshot({ ...emptyInput(0), objects: [deployment, claim] });

function predictions(...causes: Cause[]) {
  return predictionsOf({ causes } as unknown as Diagnosis, snapshot);
}

describe('labels', () => {
  it('tell storage, Service, Pod, memory and CPU quotas apart by what they say', () => {
    const label = (statement: string): string | undefined => labelOf(cause('quota-exceeded', { statement }))?.label;
    expect(label('`persistentvolumeclaims` 3 of 3')).toBe('namespace_storage_quota_exceeded');
    expect(label('`services` 3 of 3')).toBe('namespace_service_quota_exceeded');
    expect(label('`pods` 3 of 3')).toBe('namespace_pod_quota_exceeded');
    expect(label('`requests.memory`')).toBe('namespace_memory_quota_exceeded');
    expect(label('`limits.cpu`')).toBe('namespace_cpu_quota_exceeded');
  });

  it('tell probes apart by the finding, and give nothing for what the benchmark does not know', () => {
    expect(labelOf(cause('probe-misconfigured', { findings: ['probe/liveness-port/x'] }))?.label).toBe(
      'liveness_probe_incorrect_port',
    );
    expect(labelOf(cause('dependency-address-wrong', { findings: ['dependency/database-port'] }))?.label).toBe(
      'mysql_invalid_port',
    );
    expect(labelOf(cause('dependency-address-wrong'))?.label).toBe('service_env_var_address_mismatch');
    expect(labelOf(cause('feature-flag'))).toBeNull();
  });

  it('fold spellings together, never two causes', () => {
    expect(canonical('MySQL_Invalid_Password')).toBe(canonical('db_bad_credentials'));
    expect(canonical('missing_image_pull_secret')).not.toBe(canonical('missing_secret_binding'));
    const labels = new Set(LABELS.map(({ label }) => label));
    expect(new Set([...labels].map(canonical)).size).toBe(labels.size);
  });
});

describe('score', () => {
  const truth = { fault_taxonomy: 'Runtime_Fault', fault_object: 'app/web', root_cause: 'oom_killed' };

  it('needs taxonomy, object and cause to be right', () => {
    const [right] = predictions(cause('oom-killed'));
    expect(right).toEqual({ taxonomy: 'Runtime_Fault', objects: ['app/web'], label: 'oom_killed' });
    if (!right) return;
    expect(rankOf(truth, [right])).toBe(1);
    expect(rankOf(truth, [{ ...right, label: 'x' }, { ...right, objects: ['app/other'] }, right])).toBe(3);
    expect(rankOf(truth, [{ ...right, taxonomy: 'Startup_Fault' }])).toBe(0);
    expect(rankOf(truth, [])).toBe(0);
  });

  it('takes the first three different answers', () => {
    const other = { subject: { kind: 'Node', name: 'n' } };
    expect(
      predictions(
        cause('oom-killed'),
        cause('oom-killed'),
        cause('kubelet-down', other),
        cause('feature-flag'),
        cause('zero-replicas'),
      ).map(({ label }) => label),
    ).toEqual(['oom_killed', 'kubelet_unavailable', '(feature-flag)']);
  });

  it('names objects as the benchmark does: Node, Namespace, and who uses a claim', () => {
    const objects = (one: Cause): readonly string[] | undefined => predictions(one)[0]?.objects;
    expect(objects(cause('kubelet-down', { subject: { kind: 'Node', name: 'n' } }))).toEqual(['node/n']);
    expect(
      objects(cause('quota-exceeded', { subject: { kind: 'ResourceQuota', namespace: 'shop', name: 'q' } })),
    ).toEqual(['namespace/shop']);
    expect(
      objects(
        cause('pv-pvc-mismatch', {
          subject: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' },
        }),
      ),
    ).toEqual(['app/web']);
  });
});

describe('report', () => {
  it('counts first and third by family and cause, and lists what was not first', () => {
    const score = (family: string, rank: number, ms: number): CaseScore => ({
      id: `${family}${rank}`,
      family,
      label: family,
      rank,
      verdict: 'cause',
      confidence: null,
      predictions: [],
      ms,
    });
    const report = reportOf([score('b', 1, 1), score('a', 2, 5), score('b', 0, 3)]);
    expect(report.total).toEqual({ name: 'all', cases: 3, first: 0.3333, third: 0.6667, medianMs: 3 });
    expect(report.families.map(({ name, first }) => [name, first])).toEqual([
      ['a', 0],
      ['b', 0.5],
    ]);
    expect(report.misses.map(({ id }) => id)).toEqual(['a2', 'b0']);
    expect(reportOf([]).total).toMatchObject({ cases: 0, first: 0, medianMs: 0 });
  });
});
