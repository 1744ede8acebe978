import { describe, expect, it } from 'vitest';
import { fieldText } from './field-text.ts';

describe('the text of field evidence', () => {
  it('is an object, a path and a value', () => {
    expect(fieldText('Pod shop/web-1: status.containerStatuses[name=web].restartCount = 10')).toEqual({
      object: 'Pod shop/web-1',
      path: 'status.containerStatuses[name=web].restartCount',
      value: '10',
    });
  });

  it('says the reason of an end first', () => {
    const ended = '{"containerID":"containerd://ab","exitCode":137,"reason":"OOMKilled","startedAt":"now"}';
    expect(fieldText(`Pod shop/web-1: lastState.terminated = ${ended}`)?.value).toBe(
      'reason OOMKilled · exitCode 137 · startedAt now · containerID containerd://ab',
    );
  });

  it.each(['{"a":{"b":1}}', '{broken', '{}', '[1,2]'])('leaves %s as it is', (value) =>
    expect(fieldText(`Node n1: spec.x = ${value}`)?.value).toBe(value),
  );

  it('is not what an event or a log line is', () => {
    expect(fieldText('Warning Failed (x30) on Pod shop/web: Error: limit = 3')).toBeNull();
    expect(fieldText('30 lines like: key = value')).toBeNull();
  });
});
