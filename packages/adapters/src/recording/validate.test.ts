import { validateRecording } from '@headwater/engine/collect/validate-recording.ts';
import { temporaryRecording } from '@headwater/testkit/temporary-recording.ts';
import { expect, it } from 'vitest';
import { openRecording } from './open.ts';

async function report(files: Record<string, unknown>) {
  await using recording = await temporaryRecording(files);
  return await validateRecording(await openRecording(recording.path));
}

const POD = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' } };

it('calls a sound recording sound and counts what it holds', async () => {
  expect(
    await report({ 'objects/pods.json': [POD], 'expected.yaml': 'verdict: no-fault', 'logs/shop/web/app.log': 'x' }),
  ).toEqual({
    sound: true,
    counts: { object: 1, log: 1 },
    faults: [],
    notes: [],
  });
});

it('lists every fault, the ground truth included', async () => {
  const { sound, faults, counts } = await report({
    'objects/bad.json': '{"kind":',
    'objects/pod.json': { ...POD, spec: { nodeName: 7 } },
    'history/h.jsonl': 'x',
    'expected.yaml': 'verdict: maybe',
  });
  expect([sound, counts.malformed]).toEqual([false, 2]);
  expect(faults).toEqual([
    expect.stringMatching(
      /^expected\.yaml, line 1 of .*: found the text "maybe" at verdict; expected one of "cause", /,
    ),
    'history/h.jsonl, line 1, column 1: found "x"; expected a value',
    'objects/bad.json, line 1, column 9: the file ends; expected a value',
    expect.stringMatching(/^objects\/pod\.json: spec\.nodeName of Pod shop\/web was left out: /),
  ]);
});

it('notes what lies beyond the clock and what was promised', async () => {
  const { sound, notes } = await report({
    'recording.yaml':
      'format: headwater.recording/v1\nname: a\ntitle: T\nnow: 2026-03-01T10:00:00Z\ncluster: {name: c}\nsources: {traces: present}\n',
    'objects/pod.json': { ...POD, metadata: { ...POD.metadata, creationTimestamp: '2026-03-01T11:00:00Z' } },
    'alerts/a.json': [{ labels: { a: 'b' }, startsAt: '2026-03-01T11:00:00Z' }],
    'changes/c.json': [{ time: '2026-03-01T11:00:00Z', kind: 'deploy', title: 'x' }],
  });
  expect(sound).toBe(true);
  expect(notes).toEqual([
    "1 of type alert reach beyond the recording's clock; what is later is never used",
    "1 of type change reach beyond the recording's clock; what is later is never used",
    "1 of type object reach beyond the recording's clock; what is later is never used",
    'recording.yaml says that traces are present, but there is no folder traces/',
  ]);
});
