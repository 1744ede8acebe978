import { describe, expect, it } from 'vitest';
import { childOf, mapOf, pairsOf, parseDescribe, rowsOf, valueOf } from './describe.ts';

const TEXT = `Name:         web-1
Labels:       app=web
              tier=front
Annotations:  note: one: two
              other: three
Node:         <none>
Containers:
  web:
    Image:  web:1
    Limits:
      cpu:  1
    Mounts:
      /data from disk (rw)
Conditions:
  Type   Status
  ----   ------
  Ready  True
Events:
  Type     Reason  Age  From     Message
  ----     ------  ---  ----     -------
  Warning  Failed  2m   kubelet  Error: no such thing: really
`;

describe('described text', () => {
  it('reads lines that end in a carriage return', () => {
    const { root } = parseDescribe('Name:\r\nLabels:  app=web\r\n  tier=front\r\n');
    expect(root.children.map(({ key, value, more }) => ({ key, value, more }))).toEqual([
      { key: 'Name', value: '', more: [] },
      { key: 'Labels', value: 'app=web', more: ['tier=front'] },
    ]);
  });

  const { root, events } = parseDescribe(TEXT);

  it('nests by indentation', () => {
    const web = childOf(childOf(root, 'Containers'), 'web');
    expect(valueOf(root, 'Name')).toBe('web-1');
    expect(valueOf(web, 'Image')).toBe('web:1');
    expect(mapOf(web, 'Limits')).toEqual({ cpu: '1' });
    expect(childOf(web, 'Mounts')?.more).toEqual(['/data from disk (rw)']);
  });

  it('reads pairs and maps over continuation lines', () => {
    expect(pairsOf(root, 'Labels')).toEqual({ app: 'web', tier: 'front' });
    expect(mapOf(root, 'Annotations')).toEqual({ note: 'one: two', other: 'three' });
    expect(pairsOf(root, 'Nothing')).toEqual({});
  });

  it('takes <none> as absent', () => {
    expect(valueOf(root, 'Node')).toBeUndefined();
  });

  it('keeps events raw and reads tables without header and ruler', () => {
    expect(rowsOf(events)).toEqual([['Warning', 'Failed', '2m', 'kubelet', 'Error: no such thing: really']]);
    expect(rowsOf(childOf(root, 'Conditions')?.more ?? [])).toEqual([['Ready', 'True']]);
    expect(parseDescribe('Name: a').events).toEqual([]);
  });
});
