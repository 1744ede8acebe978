import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { expect, it } from 'vitest';
import { checkEvidence } from '../checker/claims.ts';
import { buildSnapshot } from '../snapshot/snapshot.ts';
import { citeLines } from './cite-lines.ts';

const config = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'gw', namespace: 'shop' },
  data: { 'app.yml': 'routes:\n  - id: a\n    uri: http://a:80\n  - id: b' },
};
const snapshot = buildSnapshot(fixtureInput({ objects: [config] }));
const object = snapshot.objects.get('ConfigMap', 'shop', 'gw') as ObjectOf<'ConfigMap'>;

it('shows the lines and where they stand, and reads them again', () => {
  const evidence = citeLines(object, "data['app.yml']", { from: 2, to: 3 });
  expect(evidence.text).toBe("ConfigMap shop/gw: data['app.yml'] lines 2-3: - id: a | uri: http://a:80");
  expect(checkEvidence(snapshot, evidence)).toBeNull();
});

it('does not confirm lines that say something else', () => {
  const evidence = citeLines(object, "data['app.yml']", { from: 2, to: 3 });
  expect(checkEvidence(snapshot, { ...evidence, text: evidence.text.replace('a:80', 'b:80') })).toContain(
    'the snapshot shows',
  );
  expect(checkEvidence(snapshot, { ...evidence, query: 'lines:x' })).toContain('nothing in the snapshot');
});
